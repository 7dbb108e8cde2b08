"""How far the learner has come: every verdict is kept, and ``progress()`` shows the map of the course."""

from karmada_nb.learning.progress import progress

__all__ = ["progress"]
