"""What a server says it serves: the documents of /api, /apis and below, from a list of ``ResourceInfo``.

Follows k8s.io/apiserver pkg/endpoints/discovery and the order that kube-aggregator gives to groups: by
priority, then by name; versions by kube-aware order, so that the first is preferred.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from karmada_nb.engine.apiserver.schema.catalogue import (
    GROUP_PRIORITIES,
    OTHER_GROUPS,
    ResourceInfo,
    Subresource,
)
from karmada_nb.engine.meta import Object, api_version

AGGREGATED: Final = "application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
"""The content type of aggregated discovery; ``version`` is ``v2`` or ``v2beta1``."""
_KUBE_VERSION: Final = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")
_STABILITY: Final = {None: 2, "beta": 1, "alpha": 0}


def version_priority(version: str) -> tuple[int, int, int]:
    """Sorts versions as Kubernetes does: ``v2`` is above ``v1``, then ``v2beta1``, then ``v1alpha1``."""
    match = _KUBE_VERSION.fullmatch(version)
    if match is None:
        return (-1, 0, 0)
    return (_STABILITY[match[2]], int(match[1]), int(match[3] or 0))


def groups(resources: Iterable[ResourceInfo]) -> dict[str, list[str]]:
    """The named groups in order, each with its versions, the preferred one first."""
    found: dict[str, set[str]] = {}
    for info in resources:
        if info.group:
            found.setdefault(info.group, set()).add(info.version)
    order = sorted(found, key=lambda group: (-GROUP_PRIORITIES.get(group, OTHER_GROUPS), group))
    return {group: _best_first(found[group]) for group in order}


def _best_first(versions: Iterable[str]) -> list[str]:
    by_name = sorted(versions)
    return sorted(by_name, key=version_priority, reverse=True)


def api_versions(address: str) -> Object:
    """``GET /api``. ``address`` is host:port as clients reach the server."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    }


def api_group_list(resources: Iterable[ResourceInfo]) -> Object:
    """``GET /apis``."""
    told = [_group(group, versions) for group, versions in groups(resources).items()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": told}


def api_group(resources: Iterable[ResourceInfo], group: str) -> Object | None:
    """``GET /apis/<group>``; ``None`` for a group that is not served."""
    versions = groups(resources).get(group)
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(group, versions)} if versions else None


def _group(group: str, versions: Sequence[str]) -> Object:
    told = [{"groupVersion": api_version(group, version), "version": version} for version in versions]
    return {"name": group, "versions": told, "preferredVersion": told[0]}


def api_resource_list(resources: Iterable[ResourceInfo], group: str, version: str) -> Object | None:
    """``GET /api/v1`` (group ``""``) or ``/apis/<group>/<version>``; ``None`` for what is not served."""
    served = _served(resources, group, version)
    if not served:
        return None
    told: list[Object] = []
    for info in served:
        told.append(_resource(info))
        told.extend(_subresource(info, part) for part in info.subresources)
    head = {"kind": "APIResourceList", "apiVersion": "v1"} if group else {"kind": "APIResourceList"}
    return {**head, "groupVersion": api_version(group, version), "resources": told}


def _served(resources: Iterable[ResourceInfo], group: str, version: str) -> list[ResourceInfo]:
    served = (info for info in resources if info.group == group and info.version == version)
    return sorted(served, key=lambda info: info.plural)


def _resource(info: ResourceInfo) -> Object:
    out: Object = {
        "name": info.plural,
        "singularName": info.singular_name,
        "namespaced": info.namespaced,
        "kind": info.kind,
        "verbs": list(info.verbs),
    }
    out |= _names(info)
    if "watch" in info.verbs:
        out["storageVersionHash"] = storage_version_hash(info)
    return out


def _names(info: ResourceInfo) -> Object:
    names = {"shortNames": list(info.short_names), "categories": list(info.categories)}
    return {key: value for key, value in names.items() if value}


def _subresource(info: ResourceInfo, part: Subresource) -> Object:
    foreign = {"group": part.group, "version": part.version} if part.version else {}
    return {
        "name": f"{info.plural}/{part.name}",
        "singularName": "",
        "namespaced": info.namespaced,
        **foreign,
        "kind": part.kind,
        "verbs": list(part.verbs),
    }


def storage_version_hash(info: ResourceInfo) -> str:
    """The hash by which clients notice that objects are stored in another version."""
    stored = f"{info.group}/{info.storage_version or info.version}/{info.kind}"
    return base64.b64encode(hashlib.sha256(stored.encode()).digest()[:8]).decode()


def aggregated(resources: Sequence[ResourceInfo], *, core: bool, version: str = "v2") -> Object:
    """Everything in one document: of ``/api`` (``core``) or of ``/apis``, in ``v2`` or ``v2beta1``."""
    wanted = {"": ["v1"]} if core else groups(resources)
    items: list[dict[str, Any]] = []
    for group, versions in wanted.items():
        told = [
            {
                "version": name,
                "resources": [_discovered(info) for info in _served(resources, group, name)],
                "freshness": "Current",
            }
            for name in versions
        ]
        items.append({"metadata": {"name": group} if group else {}, "versions": told})
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": items,
    }


def _discovered(info: ResourceInfo) -> Object:
    out: Object = {
        "resource": info.plural,
        "responseKind": {"group": "", "version": "", "kind": info.kind},
        "scope": "Namespaced" if info.namespaced else "Cluster",
        "singularResource": info.singular_name,
        "verbs": list(info.verbs),
    }
    out |= _names(info)
    if info.subresources:
        out["subresources"] = [
            {
                "subresource": part.name,
                "responseKind": {"group": part.group, "version": part.version, "kind": part.kind},
                "verbs": list(part.verbs),
            }
            for part in info.subresources
        ]
    return out
