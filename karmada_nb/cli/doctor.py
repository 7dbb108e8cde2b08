"""``karmada-nb doctor``: what this machine has of what a lab needs."""

import sys
from pathlib import Path

import click

from karmada_nb.cli.lab import STATE_DIR


@click.command()
@STATE_DIR
def doctor(state_dir: Path | None) -> None:
    """Look for what a lab needs, and for what it could use. Exits with 1 if something needed is missing."""
    from karmada_nb.cli.findings import findings, padded
    from karmada_nb.language import say
    from karmada_nb.paths import default_state_dir

    missing = 0
    for finding in findings(state_dir or default_state_dir()):
        mark = say("ok     ") if finding.good else (say("MISSING") if finding.needed else say("absent "))
        click.echo(f"{mark}  {padded(finding.what)} {finding.found}")
        if not finding.good:
            click.echo(f"         {padded('')} {finding.advice}")
            missing += finding.needed
    click.echo("")
    if missing:
        click.echo(say("A lab cannot run here yet: see MISSING above."))
        sys.exit(1)
    click.echo(say("A lab can run here. Start one with: karmada-nb up"))
