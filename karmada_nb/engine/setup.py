"""A lab as ``karmada-nb up`` leaves it: Karmada installed, every member joined and Ready.

The steps are those of ``karmadactl init`` and ``karmadactl join``, done in process.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.federation import ADDRESS, Federation
from karmada_nb.engine.karmada.lifecycle.init import install_host
from karmada_nb.engine.karmada.lifecycle.join import Joining, join
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.state import StateError

KARMADACTL: Final = "karmadactl"
READY_SECONDS: Final = 30.0


async def set_up(
    federation: Federation,
    clock: Clock,
    progress: Callable[..., None],
    seconds: float = READY_SECONDS,
) -> None:
    """Install Karmada, join every member, wait until all are Ready. What was done before is left as it is.

    ``progress`` is told each step, and what stands in its braces: ``progress("joining {name}", name=name)``.

    Raises StateError if it takes longer than ``seconds``.
    """
    steps: list[str] = []

    def step(what: str, **of: str) -> None:
        steps.append(what.format(**of))
        progress(what, **of)

    try:
        async with asyncio.timeout(seconds):
            step("installing Karmada")
            await install_host(federation.host.client_as(KARMADACTL, KARMADACTL), federation.edition)
            await federation.ready.wait()
            for name in federation.member_names():
                step("joining {name}", name=name)
                await _join(federation, name, clock)
            step("waiting for the members to be Ready")
            await _all_ready(federation)
    except TimeoutError:
        raise StateError(
            "expected the lab to be set up within {seconds} s, found it still {step}",
            seconds=round(seconds),
            step=steps[-1],
        ) from None


async def _join(federation: Federation, name: str, clock: Clock) -> None:
    assert federation.karmada is not None
    control = federation.karmada.cluster
    if control.informers("cluster.karmada.io", "v1alpha1", "clusters").get(Key("", name)) is not None:
        return
    member = federation.sites[name].cluster
    wanted = Joining(name, f"https://{ADDRESS}:{member.settings.port}", federation.edition)
    client = control.client_as(KARMADACTL, KARMADACTL)
    await join(client, member.client_as(KARMADACTL, KARMADACTL), wanted, clock)


async def _all_ready(federation: Federation) -> None:
    assert federation.karmada is not None
    clusters = federation.karmada.cluster.informers("cluster.karmada.io", "v1alpha1", "clusters")
    waiting = set(federation.member_names())
    done = asyncio.Event()

    def check() -> None:
        for cluster in clusters.items():
            if (meta.condition(cluster, "Ready") or {}).get("status") == "True":
                waiting.discard(meta.name(cluster))
        if not waiting:
            done.set()

    stop = clusters.add_handler(lambda _: check())
    check()
    try:
        await done.wait()
    finally:
        stop()
