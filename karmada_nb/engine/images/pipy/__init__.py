"""``pipy``: runs PipyJS scripts in an embedded JavaScript engine.

The scripting interface (``js/``) is written in JavaScript and sees only bytes; ``engine`` runs it within
limits of time and memory, ``main`` is the command and does the input and output.
"""

from karmada_nb.engine.images.pipy.main import pipy

__all__ = ["pipy"]
