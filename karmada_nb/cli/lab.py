"""``karmada-nb up``, ``down``, ``status`` and ``env``."""

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import click

from karmada_nb.backends.base import BackendError, Kubeconfigs
from karmada_nb.backends.embedded import Embedded
from karmada_nb.engine.karmada.gates import FeatureGates
from karmada_nb.engine.state import StateError
from karmada_nb.language import say
from karmada_nb.paths import default_state_dir
from karmada_nb.tools import ToolMissing

STATE_DIR = click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"The lab's folder (default: $KARMADA_NB_STATE, else {default_state_dir()}).",
)


def _gates(context: click.Context, option: click.Parameter, value: str) -> str:
    try:
        FeatureGates.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


@click.command()
@STATE_DIR
@click.option("--members", default=3, show_default=True, help="How many member clusters.")
@click.option("--nodes", default=2, show_default=True, help="How many nodes each cluster has.")
@click.option("--edition", type=click.Choice(["article", "current"]), default="article", show_default=True)
@click.option(
    "--feature-gates",
    default="",
    callback=_gates,
    help="Karmada's gates, as its own flag has them: Failover=true,AllAlpha=true (edition current).",
)
@click.option(
    "--enable-no-execute-taint-eviction",
    is_flag=True,
    help="Work leaves clusters with NoExecute taints, and taint policies may set them (gate Failover).",
)
@click.option(
    "--own-pod-ranges",
    is_flag=True,
    help="Pods of each cluster have addresses of their own, so that routes can join the clusters.",
)
@click.option("--clusters-only", is_flag=True, help="Four bare clusters: no Karmada, nothing joined.")
@click.option("--base-port", type=int, help="The host cluster's API port; members follow it. [default: 6444]")
def up(state_dir: Path | None, **plan: Any) -> None:
    """Start the lab, or find the one that runs; returns when everything is Ready."""
    lab = Embedded(state_dir, **plan)
    try:
        found = lab.up(lambda step: click.echo(f"{step} …", err=True))
    except BackendError as error:
        raise click.ClickException(str(error)) from None
    click.echo(say("The lab runs in {path}", path=lab.folder.path))
    shown = [path for path in (found.host, *found.members.values(), found.karmada) if path and path.exists()]
    for path in shown:
        click.echo(f"  {path}")
    suffix = f" --state-dir {shlex.quote(str(state_dir))}" if state_dir else ""
    command = f'eval "$(karmada-nb env{suffix})"'
    click.echo(say("To use the article's names in this shell: {command}", command=command))


@click.command()
@STATE_DIR
def down(state_dir: Path | None) -> None:
    """Stop the lab. Its objects stay on disk; the next up goes on from there."""
    lab = Embedded(state_dir)
    running = lab.folder.running() is not None
    lab.down()
    said = "The lab in {path} has stopped." if running else "The lab in {path} was not running."
    click.echo(say(said, path=lab.folder.path))


@click.command()
@STATE_DIR
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(state_dir: Path | None, as_json: bool) -> None:
    """Say whether a lab runs, and where its clusters are. Exits with 3 if none does."""
    found = Embedded(state_dir).status()
    if as_json:
        click.echo(json.dumps(found, indent=2))
    elif not found["running"]:
        click.echo(say("No lab runs in {path}. Start one with: karmada-nb up", path=found["stateDir"]))
    else:
        standing = {"path": found["stateDir"], "phase": say(found["phase"]), "pid": found["pid"]}
        click.echo(say("The lab in {path} is {phase} (pid {pid}).", **standing))
        for name, port in found.get("clusters", {}).items():
            click.echo(f"  {name:16} https://127.0.0.1:{port}")
        if found.get("karmada"):
            click.echo(f"  {'karmada':16} https://127.0.0.1:{found['karmada']}")
    if not found["running"]:
        sys.exit(3)


@click.command()
@STATE_DIR
def env(state_dir: Path | None) -> None:
    """Print shell lines that define the article's k0 to k3, kmd, karmadactl and k3d.

    Before there is a lab: only the tools; k3d cluster create makes one, as in the article.
    """
    from karmada_nb.shell import lines

    lab = Embedded(state_dir)
    try:
        found = lab.kubeconfigs() if lab.folder.plan() else Kubeconfigs(None, {}, lab.folder.karmada_config)
        for line in lines(found, lab.folder.path):
            click.echo(line)
    except StateError as error:
        raise click.ClickException(say(error.text, **error.values)) from None
    except (BackendError, ToolMissing) as error:
        raise click.ClickException(str(error)) from None
