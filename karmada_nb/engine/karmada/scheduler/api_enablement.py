"""Whether a member cluster serves an API, by ``status.apiEnablements`` of its Cluster.

Follows ``APIEnablement`` in pkg/apis/cluster/v1alpha1/cluster_helper.go. The list is long and asked about
for every binding, so it is indexed once.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine.karmada.scheduler.kept import Kept
from karmada_nb.engine.meta import Object


def group_version_text(api_version: str) -> str:
    """The group and version of an ``apiVersion`` as a Cluster lists them; ``""`` where it is malformed."""
    slashes = api_version.count("/")
    if slashes > 1:
        return ""
    return api_version.removeprefix("/")


def api_enabled(cluster: Object, group_version: str, kind: str) -> bool:
    """Whether the cluster lists this kind. Not listed and not known are the same here."""
    enablements = (cluster.get("status") or {}).get("apiEnablements")
    return enablements is not None and (group_version, kind) in _index(enablements)


def _index_of(enablements: list[Any]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (group.get("groupVersion", ""), resource.get("kind", ""))
        for group in enablements
        for resource in group.get("resources") or ()
    )


_index: Final = Kept(_index_of)
