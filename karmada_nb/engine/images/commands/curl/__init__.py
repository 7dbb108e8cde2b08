"""``curl``: its options, its output, its exit codes and its words."""

from karmada_nb.engine.images.commands.curl.main import curl

__all__ = ["curl"]
