"""The group of all commands; a command's module is imported when the command is called."""

import importlib
from typing import Final

import click

_WHERE: Final = {
    "up": "lab:up",
    "down": "lab:down",
    "status": "lab:status",
    "env": "lab:env",
    "kubeconfig": "kubeconfig:kubeconfig",
    "karmadactl": "group:karmadactl",
    "k3d": "k3d:k3d",
    "explain": "explain:explain",
    "tutorial": "tutorial:tutorial",
    "progress": "progress:progress",
    "workspace": "workspace:workspace",
    "doctor": "doctor:doctor",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = _WHERE.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        found: click.Command = getattr(importlib.import_module(f"karmada_nb.cli.{module}"), attribute)
        return found


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="karmada-nb")
def group() -> None:
    """A Karmada federation to learn with: four clusters and a control plane, in one process."""


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def karmadactl(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Karmada's own tool: init, join, get ... (see: karmada-nb karmadactl --help)."""
    from karmada_nb.cli.karmadactl import run

    ctx.exit(run(words))
