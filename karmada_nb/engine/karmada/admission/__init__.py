"""Karmada's admission: the webhooks and the aggregated API's own checks, as functions of one request.

``webhooks.mutate`` and ``webhooks.validate`` are the doors; a file beside them per kind. Nothing here reads a
store or a clock: what a webhook would look up comes in a ``Surroundings``.
"""
