"""``karmada-nb workspace``: JupyterLab laid out for the course."""

from pathlib import Path

import click

from karmada_nb.failures import LabError
from karmada_nb.learning import workspace as laid_out


@click.command()
@click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("notebooks"),
    show_default=True,
    help="The folder of the lessons.",
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default=True,
    help="The folder that JupyterLab is started on.",
)
@click.option("--anew", is_flag=True, help="As it was in the beginning, if you have arranged it otherwise.")
def workspace(course: Path, root: Path, anew: bool) -> None:
    """Have JupyterLab show lesson, map and dashboard beside each other; prints the workspace's name.

    JupyterLab opens it at /lab/workspaces/NAME.
    """
    try:
        click.echo(laid_out.write(course, root, anew=anew))
    except LabError as error:
        raise click.ClickException(str(error)) from None
