"""Brings to an API server what needs running pods: the streaming subresources, and metrics."""

from karmada_nb.engine.apiserver.http import metrics
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.http.streams.logs import Logs
from karmada_nb.engine.apiserver.http.streams.port_forward import PortForward
from karmada_nb.engine.apiserver.http.streams.proxy import Proxies
from karmada_nb.engine.apiserver.http.streams.remote_command import RemoteCommand
from karmada_nb.engine.nodes.runtime import PodRuntime


def install(server: ApiServer, runtime: PodRuntime) -> None:
    """From now on ``server`` reaches what runs in its cluster's pods."""
    store = server.api.store
    command = RemoteCommand(store, runtime)
    proxies = Proxies(store, runtime)
    server.mount("", "pods", command.handle, "exec")
    server.mount("", "pods", command.handle, "attach")
    server.mount("", "pods", PortForward(store, runtime).handle, "portforward")
    server.mount("", "pods", Logs(store, runtime, server.api.clock).handle, "log")
    server.mount("", "pods", proxies.pod, "proxy")
    server.mount("", "services", proxies.service, "proxy")
    server.mount("", "nodes", proxies.node, "proxy")
    metrics.install(server)
