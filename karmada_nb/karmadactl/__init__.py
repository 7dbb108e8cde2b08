"""Karmada's own command-line tool, for labs: it says and does what the real one says and does.

``main`` is the whole of it. A command is a file; what is kubectl's own is left to the real kubectl.
"""

from karmada_nb.karmadactl.root import main

__all__ = ["main"]
