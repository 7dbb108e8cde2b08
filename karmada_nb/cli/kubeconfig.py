"""``karmada-nb kubeconfig``: the kubeconfigs of a lab."""

from pathlib import Path

import click
import yaml

from karmada_nb.backends.base import HOST, BackendError
from karmada_nb.backends.embedded import Embedded
from karmada_nb.cli.lab import STATE_DIR
from karmada_nb.engine.pki import merge_kubeconfigs
from karmada_nb.language import say

KARMADA = "karmada"


def known(state_dir: Path | None) -> dict[str, Path]:
    """Every kubeconfig of the lab, by cluster. Raises ClickException if there is no lab."""
    try:
        found = Embedded(state_dir).kubeconfigs()
    except BackendError as error:
        raise click.ClickException(str(error)) from None
    host = {HOST: found.host} if found.host else {}
    return {**host, **found.members, KARMADA: found.karmada}


@click.command()
@click.argument("name", required=False)
@click.option("--merged", is_flag=True, help="One file with all clusters, a context for each.")
@STATE_DIR
def kubeconfig(name: str | None, merged: bool, state_dir: Path | None) -> None:
    """Say where the kubeconfigs are; with NAME, print that one.

    NAME is control-plane, k3d-cluster-1 and so on, or karmada.
    """
    files = {cluster: path for cluster, path in known(state_dir).items() if path.exists()}
    if name is not None and merged:
        raise click.UsageError(say("NAME and --merged exclude each other"))
    if merged:
        configs = [yaml.safe_load(path.read_text()) for path in files.values()]
        click.echo(yaml.safe_dump(merge_kubeconfigs(configs), sort_keys=False), nl=False)
    elif name is None:
        width = max(len(cluster) for cluster in files)
        for cluster, path in files.items():
            click.echo(f"{cluster:<{width}}  {path}")
    else:
        click.echo(find(files, name).read_text(), nl=False)


def find(files: dict[str, Path], name: str) -> Path:
    """The kubeconfig of a cluster, with or without k3d's prefix. Raises ClickException."""
    for candidate in (name, f"k3d-{name}", name.removeprefix("k3d-")):
        if candidate in files:
            return files[candidate]
    known = ", ".join(files)
    told = say("expected one of {known}, found {name}", known=known, name=name)
    if name == KARMADA:
        told = say("{told}. Karmada's appears with karmadactl init.", told=told)
    raise click.ClickException(told)
