"""``karmadactl addons``: enable, disable and list optional components. Follows pkg/karmadactl/addons."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.lifecycle import addons as lifecycle
from karmada_nb.engine.karmada.lifecycle.addons import ESTIMATOR, NAMES, Addon
from karmada_nb.engine.karmada.lifecycle.common import find
from karmada_nb.engine.karmada.lifecycle.init import DEPLOYMENTS
from karmada_nb.engine.karmada.plane import SECRETS
from karmada_nb.engine.meta import dig
from karmada_nb.karmadactl.client import SessionClient
from karmada_nb.karmadactl.command import Call, Command, edition_of
from karmada_nb.karmadactl.deinit import confirmed
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, integer, switch
from karmada_nb.karmadactl.kubeconfig import REAL, load, stand_in
from karmada_nb.karmadactl.session import Session
from karmada_nb.language import say

_POLL: Final = 0.05
_ALL: Final = "all"
_TITLES: Final = ("ADDON NAME", "STATUS")
_NEEDED: Final = (
    "member cluster is needed when enable karmada-scheduler-estimator,use `--cluster=member "
    "--member-kubeconfig /root/.kube/config --member-context member1` to enable karmada-scheduler-estimator"
)
_NEEDED_TO_DISABLE: Final = (
    "member cluster and config is needed when disable karmada-scheduler-estimator,use `--cluster=member "
    "--member-kubeconfig /root/.kube/config --member-context member1` to disable karmada-scheduler-estimator"
)
_NO_CONFIG: Final = (
    "member config is needed when enable karmada-scheduler-estimator,use `--cluster=member "
    "--member-kubeconfig /root/.kube/member.config --member-context member1` to enable "
    "karmada-scheduler-estimator"
)


class _Sides:
    """The host cluster and Karmada."""

    def __init__(self, call: Call) -> None:
        host = load(call.kubeconfig, call.flags["context"])
        if edition_of(host) == ARTICLE:
            raise CommandError(
                'unknown command "addons" for "karmadactl"',
                hint=say(
                    "Karmada v1.2 has no addons. They are in labs of today: karmada-nb up --edition current"
                ),
            )
        self.host = SessionClient(Session(host))
        config = stand_in(call.flags["karmada-kubeconfig"], call.err)
        self.karmada = SessionClient(Session(load(config, call.flags["karmada-context"])))


def run(call: Call) -> int:
    said, *names = call.arguments or [""]
    commands = {"list": _list, "enable": _enable, "disable": _disable}
    if said not in commands:
        raise CommandError(
            f'unknown command "{said}" for "karmadactl addons"',
            hint=say(
                "Say one of: karmadactl addons list, karmadactl addons enable NAME, "
                "karmadactl addons disable NAME"
            ),
        )
    asyncio.run(commands[said](call, _Sides(call), names))
    return 0


async def _list(call: Call, sides: _Sides, names: Sequence[str]) -> None:
    rows = [(name, await lifecycle.status(sides.host, _addon(call, name))) for name in NAMES]
    wide, narrow = (max(map(len, column)) for column in zip(_TITLES, *rows, strict=True))
    rule = f"|{'-' * (wide + 2)}|{'-' * (narrow + 2)}|"
    head = f"| {_TITLES[0]:^{wide}} | {_TITLES[1]:^{narrow}} |"
    lines = [f"| {name.ljust(wide)} | {status.ljust(narrow)} |" for name, status in rows]
    call.out.write("\n".join([rule, head, rule, *lines, rule, ""]))


async def _enable(call: Call, sides: _Sides, names: Sequence[str]) -> None:
    wanted = _chosen(call, names)
    if not call.flags["cluster"]:
        if ESTIMATOR in names:
            raise CommandError(_NEEDED)
        wanted = [name for name in wanted if name != ESTIMATOR]
    elif ESTIMATOR not in wanted:
        raise CommandError("cluster is needed only when enable karmada-scheduler-estimator or enable all")
    elif not call.flags["member-kubeconfig"]:
        raise CommandError(_NO_CONFIG)
    await _check_installed(call, sides, wanted)
    for name in wanted:
        call.err.write(f"Start to enable addon {name}\n")
        addon = _addon(call, name)
        await lifecycle.install(sides.host, addon, _member(call) if name == ESTIMATOR else "")
        await _rolled_out(call, sides, addon)
        await lifecycle.announce(sides.karmada, addon, await _ca(sides, addon.place))
        call.err.write(f"Successfully enable addon {name}\n")


async def _disable(call: Call, sides: _Sides, names: Sequence[str]) -> None:
    wanted = _chosen(call, names)
    if ESTIMATOR in names and not call.flags["cluster"]:
        raise CommandError(_NEEDED_TO_DISABLE)
    call.out.write(f"Disable Karmada addon [{' '.join(names)}]\n")
    if not call.flags["force"] and not confirmed(call):
        return
    for name in wanted:
        if name == ESTIMATOR and not call.flags["cluster"]:
            continue
        call.err.write(f"Start to disable addon {name}\n")
        await lifecycle.uninstall(sides.host, sides.karmada, _addon(call, name))
        call.err.write(f"Successfully disable addon {name}\n")


def _chosen(call: Call, names: Sequence[str]) -> list[str]:
    if not names:
        raise CommandError("addonNames must be not be null")
    for name in names:
        if name not in (*NAMES, _ALL):
            raise CommandError(
                f"addon {name} is not be supported now",
                hint=say("See it with: {command}", command="karmadactl addons list"),
            )
    return list(NAMES) if _ALL in names else [name for name in NAMES if name in names]


def _addon(call: Call, name: str) -> Addon:
    return Addon(name, call.flags["namespace"], call.flags["cluster"], call.flags["replicas"])


def _member(call: Call) -> str:
    """The kubeconfig of the member, which has to answer."""
    path, context = call.flags["member-kubeconfig"], call.flags["member-context"]
    try:
        access = load(path, context)
        Session(access).get("/api/v1/nodes")
    except CommandError as error:
        raise CommandError(f"failed to get member cluster config. error: {error}") from None
    return access.path.read_text()


async def _check_installed(call: Call, sides: _Sides, names: Sequence[str]) -> None:
    for name in names:
        secret, place = f"{name}-config", call.flags["namespace"]
        if name != ESTIMATOR and await find(sides.host, SECRETS, secret, place) is None:
            raise CommandError(
                f"secrets `{secret}` is not found in namespace {place}, please execute karmadactl init to "
                "deploy karmada first"
            )


async def _rolled_out(call: Call, sides: _Sides, addon: Addon) -> None:
    deadline = time.monotonic() + call.flags["pod-timeout"]
    while time.monotonic() < deadline:
        found = await sides.host.get(DEPLOYMENTS, addon.deployment, addon.place)
        if dig(found, "status", "availableReplicas", default=0) >= addon.replicas:
            return
        await asyncio.sleep(_POLL)
    raise CommandError(
        f"wait {addon.deployment} pod timeout",
        hint=say("See it with: {command}", command=f"kubectl --kubeconfig HOST get pods -n {addon.place}"),
    )


async def _ca(sides: _Sides, place: str) -> str:
    secret = await find(sides.host, SECRETS, "karmada-cert", place)
    return str(dig(secret or {}, "data", "ca.crt", default=""))


COMMAND = Command(
    "addons",
    "Enable or disable a Karmada addon",
    run,
    (
        Flag("kubeconfig", "Path to the host cluster kubeconfig file."),
        Flag("context", "The context of that kubeconfig to use."),
        Flag("karmada-kubeconfig", "Path to Karmada's kubeconfig file.", default=str(REAL)),
        Flag("karmada-context", "The context of Karmada's kubeconfig to use."),
        Flag("namespace", "The namespace of Karmada's components.", "n", "karmada-system"),
        Flag("cluster", "The member that an estimator is for.", "C"),
        Flag("member-kubeconfig", "Path to the kubeconfig of that member."),
        Flag("member-context", "The context of that kubeconfig to use."),
        Flag("replicas", "How many pods the component has.", "", 1, integer),
        Flag("pod-timeout", "Seconds that the pods may take.", "", 120, integer),
        switch("force", "Do not ask.", "f"),
    ),
    ("addons list", "addons enable karmada-search", "addons disable karmada-search"),
)
