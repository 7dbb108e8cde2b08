"""FederatedResourceQuota, and the names of resources that a quota may count.

Follows pkg/webhook/federatedresourcequota/validating.go, pkg/util/lifted/corevalidation.go and
corehelpers.go.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.cluster import cluster_name_complaints
from karmada_nb.engine.karmada.admission.shapes import as_written
from karmada_nb.engine.meta import Object

_COUNTED: Final = frozenset(
    {
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    }
)
_MEASURED: Final = frozenset(
    {
        "cpu",
        "memory",
        "ephemeral-storage",
        "requests.cpu",
        "requests.memory",
        "requests.storage",
        "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
    }
)
_QUOTA: Final = _COUNTED | _MEASURED
_STANDARD: Final = _QUOTA | {"storage"}


def validate_federated_resource_quota(quota: Object) -> list[Cause]:
    out: list[Cause] = []
    name = meta.name(quota)
    if len(name.encode()) > 63:
        out.append(field.invalid("metadata.name", name, "must be no more than 63 characters"))
    spec, status = quota.get("spec") or {}, quota.get("status") or {}
    out += _resource_list(spec.get("overall") or {}, "spec.overall")
    assignments: list[Object] = spec.get("staticAssignments") or []
    for index, assignment in enumerate(assignments):
        out += _of_cluster(assignment, f"spec.staticAssignments[{index}]", ("hard",))
    out += _overall_and_assignments(spec.get("overall") or {}, assignments)
    out += _resource_list(status.get("overall") or {}, "status.overall")
    out += _resource_list(status.get("overallUsed") or {}, "status.overallUsed")
    for index, item in enumerate(status.get("aggregatedStatus") or []):
        out += _of_cluster(item, f"status.aggregatedStatus[{index}]", ("hard", "used"))
    return out


def _of_cluster(item: Object, path: str, lists: tuple[str, ...]) -> list[Cause]:
    out: list[Cause] = []
    cluster = item.get("clusterName", "")
    complaints = cluster_name_complaints(cluster)
    if complaints:
        out.append(field.invalid(f"{path}.clusterName", cluster, ",".join(complaints)))
    for name in lists:
        out += _resource_list(item.get(name) or {}, f"{path}.{name}")
    return out


def _overall_and_assignments(overall: dict[str, str], assignments: list[Object]) -> list[Cause]:
    out: list[Cause] = []
    for name, amount in sorted(overall.items()):
        held = (a["hard"][name] for a in assignments if name in (a.get("hard") or {}))
        if quantity.parse(amount) < sum((quantity.parse(text) for text in held), Decimal(0)):
            shown = as_written(amount)
            out.append(field.invalid(f"spec.overall[{name}]", shown, "overall is less than assignments"))
    for index, assignment in enumerate(assignments):
        for name in sorted(assignment.get("hard") or {}):
            if name not in overall:
                where = f"spec.staticAssignments[{index}].hard[{name}]"
                out.append(field.invalid(where, name, "assignment resourceName is not exist in overall"))
    return out


def _resource_list(resources: dict[str, str], path: str) -> list[Cause]:
    out: list[Cause] = []
    for name, amount in sorted(resources.items()):
        where = f"{path}[{name}]"
        out += _quota_resource_name(name, where)
        if quantity.parse(amount) < 0:
            detail = "must be greater than or equal to 0"
            out.append(field.invalid(where, as_written(amount), detail))
        if (name in _COUNTED or is_extended(name)) and quantity.milli(amount) % 1000:
            out.append(field.invalid(where, as_written(amount), "must be an integer"))
    return out


def is_extended(name: str) -> bool:
    """A resource of somebody's own domain, such as ``example.com/gpu``."""
    if "/" not in name or "kubernetes.io/" in name or name.startswith("requests."):
        return False
    return not names.qualified_name(f"requests.{name}")


def _huge_page_quota(name: str) -> bool:
    return name.startswith(("hugepages-", "requests.hugepages-"))


def _resource_name(name: str, path: str) -> list[Cause]:
    out = field.each(path, name, names.qualified_name(name))
    if not out and "/" not in name and name not in _STANDARD and not _huge_page_quota(name):
        out.append(field.invalid(path, name, "must be a standard resource type or fully qualified"))
    return out


def _quota_resource_name(name: str, path: str) -> list[Cause]:
    out = _resource_name(name, path)
    if "/" not in name and name not in _QUOTA and not _huge_page_quota(name):
        out.append(field.invalid(path, name, "must be a standard resource for quota"))
    return out


def validate_container_resource_name(name: str, path: str) -> list[Cause]:
    """A resource that a container can ask for."""
    out = _resource_name(name, path)
    if "/" not in name:
        if name not in ("cpu", "memory", "ephemeral-storage") and not name.startswith("hugepages-"):
            out.append(field.invalid(path, name, "must be a standard resource for containers"))
    elif "kubernetes.io/" not in name and not is_extended(name):
        out.append(field.invalid(path, name, "doesn't follow extended resource name standard"))
    return out
