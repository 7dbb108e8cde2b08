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
from karmada_nb.engine.runtime.clock import Clock

KARMADACTL: Final = "karmadactl"
READY_SECONDS: Final = 30.0


async def set_up(federation: Federation, clock: Clock, progress: Callable[[str], None]) -> None:
    """Install Karmada, join every member, wait until all are Ready. Raises TimeoutError if they do not."""
    progress("installing Karmada")
    await install_host(federation.host.client_as(KARMADACTL, KARMADACTL), federation.edition)
    async with asyncio.timeout(READY_SECONDS):
        await federation.ready.wait()
        assert federation.karmada is not None
        control = federation.karmada.cluster
        for name in federation.member_names():
            progress(f"joining {name}")
            member = federation.sites[name].cluster
            wanted = Joining(name, f"https://{ADDRESS}:{member.settings.port}", federation.edition)
            client = control.client_as(KARMADACTL, KARMADACTL)
            await join(client, member.client_as(KARMADACTL, KARMADACTL), wanted, clock)
        progress("waiting for the members to be Ready")
        await _all_ready(federation)


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
