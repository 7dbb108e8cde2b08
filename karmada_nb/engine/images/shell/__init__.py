"""``sh``: enough of the POSIX shell for what people put into pod commands and probes."""

from karmada_nb.engine.images.shell.run import shell

__all__ = ["shell"]
