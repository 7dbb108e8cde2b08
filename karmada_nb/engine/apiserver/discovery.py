"""What a server says it serves: the documents of /api, /apis and below, from a list of ``ResourceInfo``.

Follows k8s.io/apiserver pkg/endpoints/discovery and the order that kube-aggregator gives to groups: by
priority, then by name; versions by kube-aware order, so that the first is preferred.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from karmada_nb.engine.apiserver.schema.catalogue import (
    GROUP_PRIORITIES,
    OTHER_GROUPS,
    OWN_VERSIONS,
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


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A group and version that another server has: what its APIService says, and what was heard from it."""

    group: str
    version: str
    group_priority: int
    version_priority: int
    discovery: Object | None
    """An ``APIVersionDiscovery``; None while the server has not been heard."""
    fresh: bool


def groups(
    resources: Iterable[ResourceInfo], others: Iterable[Elsewhere] = (), *, legacy: bool = True
) -> dict[str, list[str]]:
    """The named groups in order, each with its versions, the preferred one first.

    Groups of the same priority are in order of their names; in the ``legacy`` documents, of their
    APIServices' names, which begin with the version.
    """
    found: dict[str, dict[str, int]] = {}
    priorities: dict[str, int] = {}
    for info in resources:
        if info.group:
            found.setdefault(info.group, {})[info.version] = OWN_VERSIONS
            priorities[info.group] = GROUP_PRIORITIES.get(info.group, OTHER_GROUPS)
    for other in others:
        found.setdefault(other.group, {})[other.version] = other.version_priority
        priorities[other.group] = max(priorities.get(other.group, 0), other.group_priority)

    def place(group: str) -> tuple[int, str]:
        name = min(f"{version}.{group}" for version in found[group]) if legacy else group
        return -priorities[group], name

    return {group: _best_first(found[group]) for group in sorted(found, key=place)}


def _best_first(versions: dict[str, int]) -> list[str]:
    by_name = sorted(versions)
    return sorted(by_name, key=lambda name: (versions[name], version_priority(name)), reverse=True)


def api_versions(address: str) -> Object:
    """``GET /api``. ``address`` is host:port as clients reach the server."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    }


def api_group_list(resources: Iterable[ResourceInfo], others: Iterable[Elsewhere] = ()) -> Object:
    """``GET /apis``."""
    told = [_group(group, versions) for group, versions in groups(resources, others).items()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": told}


def api_group(
    resources: Iterable[ResourceInfo], group: str, others: Iterable[Elsewhere] = ()
) -> Object | None:
    """``GET /apis/<group>``; ``None`` for a group that is not served."""
    versions = groups(resources, others).get(group)
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


def aggregated(
    resources: Sequence[ResourceInfo],
    others: Sequence[Elsewhere] = (),
    *,
    core: bool,
    version: str = "v2",
) -> Object:
    """Everything in one document: of ``/api`` (``core``) or of ``/apis``, in ``v2`` or ``v2beta1``."""
    wanted = {"": ["v1"]} if core else groups(resources, others, legacy=False)
    foreign = {(other.group, other.version): other for other in others}
    items: list[dict[str, Any]] = []
    for group, versions in wanted.items():
        told = [_version(resources, group, name, foreign.get((group, name))) for name in versions]
        items.append({"metadata": {"name": group} if group else {}, "versions": told})
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": items,
    }


def _version(resources: Sequence[ResourceInfo], group: str, name: str, other: Elsewhere | None) -> Object:
    if other is not None:
        freshness = "Current" if other.fresh else "Stale"
        return {"version": name, **(other.discovery or {}), "freshness": freshness}
    found = [_discovered(info) for info in _served(resources, group, name)]
    return {"version": name, "resources": found, "freshness": "Current"}


def discovered(listed: Sequence[Object]) -> list[Object]:
    """The ``resources`` of an ``APIResourceList`` as aggregated discovery has them."""
    out: dict[str, Object] = {}
    for item in listed:
        name, _, part = item["name"].partition("/")
        about = {key: item.get(key, "") for key in ("group", "version", "kind")}
        verbs = item.get("verbs") or []
        scope = "Namespaced" if item.get("namespaced") else "Cluster"
        if part:
            parent = out.setdefault(name, {"resource": name, "scope": scope, "verbs": []})
            own = {"subresource": part, "responseKind": about, "verbs": verbs}
            parent["subresources"] = [*parent.get("subresources", ()), own]
            continue
        names = {key: item[key] for key in ("shortNames", "categories") if item.get(key)}
        out[name] = {
            "resource": name,
            "responseKind": about,
            "scope": scope,
            "singularResource": item.get("singularName", ""),
            "verbs": verbs,
            **names,
        }
    return list(out.values())


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
