"""Karmada's scheduler as pure functions of plain objects: no I/O, no clock, inputs never changed.

``flow.schedule_binding`` is one turn for one binding and returns an ``Outcome`` to execute; ``schedule`` is
the four steps inside it, ``explain`` tells why, ``requeue`` says whose turn it is. Modules named ``v12``
are the article's edition.
"""
