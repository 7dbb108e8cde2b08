"""``karmadactl unjoin``: Karmada lets go of a cluster, and leaves nothing of its own behind there.

Follows pkg/karmadactl/unjoin/unjoin.go and pkg/karmadactl/util/cluster.go; pkg/karmadactl/unjoin.go at v1.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE, CURRENT, Edition
from karmada_nb.engine.karmada.lifecycle.common import (
    CLUSTER_NAMESPACE,
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    SERVICE_ACCOUNTS,
    CommandError,
    find,
    remove,
)
from karmada_nb.engine.karmada.names import (
    generate_execution_space_name,
    generate_role_name,
    generate_service_account_name,
)
from karmada_nb.engine.karmada.plane import CLUSTERS, NAMESPACES, WORKS
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock

_POLL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Unjoining:
    """``wait``: seconds that the Cluster may take to go. ``force``: let go even of what is not cleaned up."""

    name: str
    edition: Edition = CURRENT
    namespace: str = CLUSTER_NAMESPACE
    wait: float = 60.0
    force: bool = False
    dry_run: bool = False


async def unjoin(karmada: Client, member: Client | None, wanted: Unjoining, clock: Clock) -> None:
    """Remove the Cluster and wait until it is gone; with ``member``, remove Karmada's accounts there.

    Raises CommandError, StatusError.
    """
    if not wanted.name:
        raise CommandError("cluster name is required")
    if wanted.wait <= 0:
        raise CommandError(f" --wait {wanted.wait:g}s  must be a positive duration, e.g. 1m0s ")
    if wanted.edition != ARTICLE:
        await _check_known(karmada, wanted.name)
    if wanted.dry_run:
        return
    await _delete_cluster(karmada, wanted, clock)
    if member is not None:
        await _clean(member, wanted)


async def _check_known(karmada: Client, name: str) -> None:
    cluster = await find(karmada, CLUSTERS, name)
    if cluster is None:
        raise CommandError(f"no cluster object {name} found in karmada control Plane")
    mode = meta.dig(cluster, "spec", "syncMode")
    if mode == "Pull":
        raise CommandError(
            f"cluster {name} is a {mode} mode member cluster, please use command `unregister` if you "
            "want to continue unregistering the cluster"
        )


async def _delete_cluster(karmada: Client, wanted: Unjoining, clock: Clock) -> None:
    await remove(karmada, CLUSTERS, wanted.name)
    if await _gone(karmada, wanted, clock):
        return
    if not wanted.force or wanted.edition == ARTICLE:
        late = (
            "timed out waiting for the condition"
            if wanted.edition == ARTICLE
            else "context deadline exceeded"
        )
        raise CommandError(late)
    space = generate_execution_space_name(wanted.name)
    works = await karmada.list(WORKS, space)
    for work in works.items:
        await _release(karmada, WORKS, meta.name(work), space)
    await remove(karmada, NAMESPACES, space)
    await _release(karmada, CLUSTERS, wanted.name)


async def _gone(karmada: Client, wanted: Unjoining, clock: Clock) -> bool:
    deadline = clock.monotonic() + wanted.wait
    while await find(karmada, CLUSTERS, wanted.name) is not None:
        if clock.monotonic() >= deadline:
            return False
        await clock.sleep(_POLL)
    return True


async def _release(karmada: Client, resource: Resource, name: str, namespace: str = "") -> None:
    """Take the finalizers away, so that what is being deleted goes."""
    try:
        await karmada.patch(resource, name, {"metadata": {"finalizers": None}}, namespace=namespace)
    except StatusError as error:
        if error.code != 404:
            raise


async def _clean(member: Client, wanted: Unjoining) -> None:
    account = generate_service_account_name(wanted.name)
    role = generate_role_name(account)
    gone = (
        (CLUSTER_ROLE_BINDINGS, role, ""),
        (CLUSTER_ROLES, role, ""),
        (SERVICE_ACCOUNTS, account, wanted.namespace),
        (NAMESPACES, wanted.namespace, ""),
    )
    for resource, name, place in gone:
        try:
            await remove(member, resource, name, place)
        except StatusError:
            if not wanted.force:
                raise
