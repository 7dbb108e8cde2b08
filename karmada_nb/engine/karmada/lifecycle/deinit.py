"""``karmadactl deinit``: takes away what ``init`` made in the host cluster.

Follows pkg/karmadactl/deinit/deinit.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.lifecycle.components import SYSTEM_NAMESPACE
from karmada_nb.engine.karmada.lifecycle.init import DEPLOYMENTS, SERVICES, STATEFUL_SETS, Progress
from karmada_nb.engine.karmada.plane import NAMESPACES, SECRETS
from karmada_nb.engine.runtime.client import Client, Resource

NODES: Final = Resource("", "v1", "nodes")
_BOOTSTRAPPING: Final = "karmada.io/bootstrapping"
_ETCD: Final = "karmada.io/etcd"
_ORDER: Final = (
    (DEPLOYMENTS, 'delete deployment "{}"'),
    (STATEFUL_SETS, 'delete StatefulSet: "{}"'),
    (SERVICES, 'delete Service "{}"'),
    (SECRETS, 'delete Secrets "{}"'),
)


async def deinit(
    host: Client,
    namespace: str = SYSTEM_NAMESPACE,
    *,
    purge_namespace: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda line: None,
) -> None:
    """``progress`` gets each line that the command prints. Raises StatusError, 404 where Karmada is not."""
    await host.get(NAMESPACES, namespace)
    for resource, line in _ORDER:
        for obj in (await host.list(resource, namespace, label_selector=_BOOTSTRAPPING)).items:
            progress(line.format(meta.name(obj)))
            if not dry_run:
                await host.delete(resource, meta.name(obj), namespace)
    if purge_namespace:
        progress(f'delete Namespace "{namespace}"')
        if not dry_run:
            await host.delete(NAMESPACES, namespace)
    await _unlabel_nodes(host, dry_run, progress)
    progress("remove Karmada from Kubernetes successfully.")


async def _unlabel_nodes(host: Client, dry_run: bool, progress: Progress) -> None:
    """Nodes that an init with a hostPath chose for etcd."""
    nodes = (await host.list(NODES, label_selector=_ETCD)).items
    if not nodes:
        progress(f'node not found by label "{_ETCD}"')
    for node in nodes:
        progress(f'remove node "{meta.name(node)}" labels "{_ETCD}"')
        if not dry_run:
            labels = dict.fromkeys((label for label in meta.labels(node) if _ETCD in label), None)
            await host.patch(NODES, meta.name(node), {"metadata": {"labels": labels}})
