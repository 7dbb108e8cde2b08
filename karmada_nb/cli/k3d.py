"""``karmada-nb k3d``: what the article asks of k3d, on an embedded lab."""

import re
from pathlib import Path
from typing import Final, NoReturn

import click

from karmada_nb.backends.base import HOST, BackendError
from karmada_nb.backends.embedded import Embedded
from karmada_nb.cli.kubeconfig import find, known
from karmada_nb.cli.lab import STATE_DIR
from karmada_nb.language import say

_CLUSTER: Final = re.compile(r"cluster-([1-9]\d*)")
_ELSE: Final = "For anything else use the real k3d, or karmada-nb (see karmada-nb --help)."


class _Known(click.Group):
    """A group that says, of any other command, what there is."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None:
            known = say(" or ").join(self.commands)
            _refuse(
                say(
                    "expected {group} {known}, found {found}", group=ctx.info_name, known=known, found=args[0]
                )
            )
        return super().resolve_command(ctx, args)


@click.group(cls=_Known)
def k3d() -> None:
    """A stand-in for k3d with the article's commands: it starts and shows the lab's clusters."""


@k3d.group(cls=_Known)
def cluster() -> None:
    """The lab's clusters."""


@cluster.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("flags", nargs=-1, type=click.UNPROCESSED)
@STATE_DIR
def create(name: str, flags: tuple[str, ...], state_dir: Path | None) -> None:
    """Have a cluster run. All clusters of a lab start together, with the first of them."""
    lab = Embedded(state_dir)
    plan = _known(lab)
    if plan is not None and name not in plan:
        _refuse(say("expected one of {known}, found {name}", known=", ".join(plan), name=name))
    if plan is None and name != HOST and not _CLUSTER.fullmatch(name):
        _refuse(say("expected {host} or cluster-1, cluster-2 ..., found {name}", host=HOST, name=name))
    if flags:
        click.echo(say("k3d's flags have no effect on an embedded cluster"), err=True)
    try:
        lab.up(lambda step: click.echo(f"{step} …", err=True))
    except BackendError as error:
        raise click.ClickException(str(error)) from None
    endpoint = lab.status()["clusters"].get(name) or lab.status()["clusters"].get(f"k3d-{name}")
    if endpoint is None:
        _refuse(say("expected one of {known}, found {name}", known=", ".join(_known(lab) or ()), name=name))
    address = f"https://127.0.0.1:{endpoint}"
    click.echo(say("Cluster '{name}' runs at {address}", name=name, address=address))


@cluster.command("list")
@STATE_DIR
def list_clusters(state_dir: Path | None) -> None:
    """The lab's clusters, as k3d lists its own."""
    found = Embedded(state_dir).status()
    nodes = _nodes(state_dir)
    click.echo(f"{'NAME':<15} {'SERVERS':<9} {'AGENTS':<8} LOADBALANCER")
    for name in found.get("clusters", {}):
        servers = "1/1" if found["running"] else "0/1"
        agents = f"{nodes - 1 if found['running'] else 0}/{nodes - 1}"
        click.echo(f"{name.removeprefix('k3d-'):<15} {servers:<9} {agents:<8} false")


@cluster.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def delete(words: tuple[str, ...]) -> None:
    """Not here: the clusters of a lab live together."""
    _refuse(say("the clusters of a lab start and stop together. To stop them: karmada-nb down"))


@k3d.group(cls=_Known)
def kubeconfig() -> None:
    """The clusters' kubeconfigs."""


@kubeconfig.command()
@click.argument("name")
@STATE_DIR
def get(name: str, state_dir: Path | None) -> None:
    """Print a cluster's kubeconfig."""
    click.echo(find(known(state_dir), name).read_text(), nl=False)


def _known(lab: Embedded) -> list[str] | None:
    """The clusters of a lab that was started before, as k3d would name them."""
    clusters = lab.status().get("clusters")
    return None if clusters is None else [name.removeprefix("k3d-") for name in clusters]


def _nodes(state_dir: Path | None) -> int:
    plan = Embedded(state_dir).folder.plan()
    return plan.nodes if plan else 1


def _refuse(why: str) -> NoReturn:
    raise click.ClickException(say("{why}. {otherwise}", why=why, otherwise=say(_ELSE)))
