"""An embedded cluster over HTTPS, on an event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from karmada_nb.engine import pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.http.streams.install import install
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.controllers import workload_controllers
from karmada_nb.engine.nodes import Nodes
from karmada_nb.engine.runtime.clock import SystemClock

VERSION = "v1.36.2"


@contextmanager
def embedded(folder: Path) -> Iterator[Path]:
    """The kubeconfig of a cluster with two nodes that lives as long as the context."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    kubeconfig = folder / "kubeconfig"

    async def live() -> None:
        clock = SystemClock()
        state = pki.State(folder, clock.now())
        authority = state.authority.certificate
        settings = Settings("test", VERSION, front_proxy=state.front_proxy())
        cluster = Cluster(settings, clock, Signer(state.signing_key), authority.decode())
        cluster.start()
        cluster.sign_requests(state.authority.sign)
        cluster.add(*workload_controllers(cluster.context()))
        nodes = Nodes(cluster, ["test-server-0", "test-agent-0"])
        nodes.start()
        install(cluster.server, nodes.runtime)
        port = await cluster.listen(state.server_context("test"))
        admin = state.client("admin", "system:admin", ("system:masters",))
        config = pki.kubeconfig(f"https://127.0.0.1:{port}", authority, name="test", client=admin)
        pki.write_kubeconfig(kubeconfig, config)
        ready.set()
        await over.wait()
        await nodes.stop()
        await cluster.stop()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), daemon=True)
    thread.start()
    if not ready.wait(30):
        raise TimeoutError("the embedded cluster did not come up within 30 s")
    try:
        yield kubeconfig
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
