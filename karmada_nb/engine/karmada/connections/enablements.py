"""``status.apiEnablements`` of a Cluster: what a member serves.

Follows ``getAPIEnablements`` of pkg/controllers/status/cluster_status_controller.go.
"""

from collections.abc import Iterable

from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.meta import Object, api_version


def enablements(infos: Iterable[ResourceInfo]) -> list[Object]:
    """By group version, then by name; subresources do not count."""
    found: dict[str, dict[str, str]] = {}
    for info in infos:
        found.setdefault(api_version(info.group, info.version), {})[info.plural] = info.kind
    return [
        {
            "groupVersion": version,
            "resources": [{"kind": kind, "name": name} for name, kind in sorted(resources.items())],
        }
        for version, resources in sorted(found.items())
    ]


def from_discovery(lists: Iterable[Object]) -> list[Object]:
    """The same from ``APIResourceList`` documents."""
    found: dict[str, dict[str, str]] = {}
    for document in lists:
        resources = found.setdefault(document["groupVersion"], {})
        for item in document.get("resources") or ():
            if "/" not in item["name"]:
                resources[item["name"]] = item["kind"]
    return [
        {
            "groupVersion": version,
            "resources": [{"kind": kind, "name": name} for name, kind in sorted(resources.items())],
        }
        for version, resources in sorted(found.items())
    ]
