"""``karmada-nb``: the lab from a terminal. One file a group of commands; ``main`` is the entry point."""

import sys


def main(prog_name: str | None = None) -> None:
    """Run the command line.

    ``karmadactl`` goes straight to its own main: it reads its words by itself, and starts in a fraction of
    the time that the rest takes to import. Interrupted at any moment, it ends without a traceback.
    """
    try:
        _run(prog_name)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(prog_name: str | None) -> None:
    if sys.argv[1:2] == ["karmadactl"]:
        from karmada_nb.cli.karmadactl import run

        sys.exit(run(sys.argv[2:]))
    from karmada_nb.cli.group import group

    group(prog_name=prog_name)
