"""``karmada-nb explain placement``: why the replicas of a workload are where they are."""

import sys
from pathlib import Path

import click

from karmada_nb.cli.lab import STATE_DIR
from karmada_nb.engine.errors import StatusError
from karmada_nb.karmadactl.failures import CommandError, ConnectionFailed, standard_message
from karmada_nb.karmadactl.placement import explanation
from karmada_nb.paths import default_state_dir


@click.group()
def explain() -> None:
    """Why Karmada decided as it did."""


@explain.command()
@click.argument("name")
@click.option("-n", "--namespace", default="default", show_default=True, help="Empty for cluster scope.")
@click.option("--kind", default="Deployment", show_default=True)
@click.option("--anew", is_flag=True, help="As if nothing were assigned yet.")
@click.option("--kubeconfig", help="Karmada's kubeconfig; the lab's own by default.")
@STATE_DIR
def placement(
    name: str, namespace: str, kind: str, anew: bool, kubeconfig: str | None, state_dir: Path | None
) -> None:
    """Explain where the replicas of NAME go, step by step: filter, score, select, assign."""
    path = kubeconfig or str((state_dir or default_state_dir()) / "karmada-apiserver.config")
    try:
        click.echo(explanation(path, name, namespace, kind, anew=anew), nl=False)
    except (CommandError, StatusError, ConnectionFailed) as error:
        click.echo(standard_message(error), err=True)
        hint = getattr(error, "hint", "")
        if hint:
            click.echo(hint, err=True)
        sys.exit(1)
