"""``python -m karmada_nb`` is ``karmada-nb``."""

from karmada_nb.cli import main

main(prog_name="karmada-nb")
