"""``karmada-nb karmadactl``: this package's own karmadactl, with all its words passed on."""

import os
import sys
from collections.abc import Sequence


def run(words: Sequence[str]) -> int:
    """Run it on the process's own streams; returns the exit code."""
    from karmada_nb.karmadactl import main

    try:
        code = main(words, sys.stdout, sys.stderr)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; the interpreter must not flush once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code
