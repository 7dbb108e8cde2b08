"""Whether a member cluster serves an API, by ``status.apiEnablements`` of its Cluster.

Follows ``APIEnablement`` in pkg/apis/cluster/v1alpha1/cluster_helper.go. The list is long and asked about
for every binding, so it is indexed once; the index is kept as long as the same list object comes back.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine.meta import Object

_KEPT: Final = 1024
_Index = frozenset[tuple[str, str]]
_indexes: dict[int, tuple[list[Any], _Index]] = {}


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


def _index(enablements: list[Any]) -> _Index:
    held = _indexes.get(id(enablements))
    # The entry keeps its list alive, so an id that is found belongs to the very list asked about.
    if held is not None and held[0] is enablements:
        return held[1]
    index = frozenset(
        (group.get("groupVersion", ""), resource.get("kind", ""))
        for group in enablements
        for resource in group.get("resources") or ()
    )
    if len(_indexes) >= _KEPT:
        _indexes.clear()
    _indexes[id(enablements)] = (enablements, index)
    return index
