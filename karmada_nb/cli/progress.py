"""``karmada-nb progress``: the map of the course in a terminal."""

from pathlib import Path

import click

from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.learning import progress as journey


@click.command()
@click.option(
    "--export", "target", type=click.Path(dir_okay=False, path_type=Path), help="Keep it in a file."
)
@click.option(
    "--import", "source", type=click.Path(dir_okay=False, path_type=Path), help="Add what a file has."
)
def progress(target: Path | None, source: Path | None) -> None:
    """Show which exercises are done, lesson by lesson."""
    try:
        shown = journey.load(source) if source else journey()
        click.echo(shown)
        if target:
            click.echo(say("Kept in {path}", path=journey.export(target)))
    except LabError as error:
        raise click.ClickException(str(error)) from None
