"""No namespace uses more than its quotas allow.

Follows k8s.io/apiserver pkg/admission/plugin/resourcequota/controller.go and pkg/quota/v1/evaluator/core.
What is used is counted in the store at the moment of the write, which cannot lag behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from karmada_nb.engine import errors, meta, quantity
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.errors import qualified
from karmada_nb.engine.meta import Object

if TYPE_CHECKING:
    from karmada_nb.engine.apiserver.resource import Resource

Usage = dict[str, Decimal]
_COUNTED: Final = frozenset(
    {
        "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets",
        "services",
    }
)  # fmt: skip
_COMPUTE: Final = ("cpu", "memory", "ephemeral-storage")
_POD_SCOPES: Final = frozenset({"BestEffort", "NotBestEffort", "Terminating", "NotTerminating"})


class ResourceQuota(Plugin):
    def validate(self, attributes: Attributes, reader: Reader) -> None:
        obj, resource = attributes.obj, attributes.resource
        if attributes.operation != "CREATE" or attributes.subresource or obj is None:
            return
        if not resource.namespaced:
            return
        for quota in reader.items("resourcequotas", attributes.namespace):
            why = _complaint(quota, obj, resource, attributes.namespace, reader)
            if why:
                raise errors.forbidden(resource.group, resource.plural, attributes.name, why)


def usage_of(obj: Object, group: str, plural: str) -> Usage:
    """What one object takes from a quota."""
    used: Usage = {f"count/{qualified(group, plural)}": Decimal(1)}
    if group:
        return used
    if plural in _COUNTED:
        used[plural] = Decimal(1)
    if plural == "pods":
        if meta.dig(obj, "status", "phase") in ("Succeeded", "Failed"):
            return {f"count/{plural}": Decimal(1)}
        used.update(pod_usage(obj))
    elif plural == "services":
        spec = obj.get("spec") or {}
        balanced = spec.get("type") == "LoadBalancer"
        exposed = balanced or spec.get("type") == "NodePort"
        used["services.loadbalancers"] = Decimal(balanced)
        used["services.nodeports"] = Decimal(len(spec.get("ports") or []) if exposed else 0)
    elif plural == "persistentvolumeclaims":
        amount = meta.dig(obj, "spec", "resources", "requests", "storage", default="0")
        used["requests.storage"] = quantity.parse(amount)
    return used


def pod_usage(pod: Object) -> Usage:
    """Requests and limits of a pod: its containers together, or its largest init container."""
    spec = pod.get("spec") or {}
    used: Usage = {}
    for kind in ("requests", "limits"):
        total = _sum(spec.get("containers") or [], kind)
        for container in spec.get("initContainers") or []:
            for name, amount in _sum([container], kind).items():
                total[name] = max(total.get(name, Decimal(0)), amount)
        for name, amount in total.items():
            used[f"{kind}.{name}"] = amount
            if kind == "requests":
                used[name] = amount
    return used


def in_scope(quota: Object, obj: Object, plural: str) -> bool:
    """Whether a quota's scopes take in an object."""
    scopes = set(meta.dig(quota, "spec", "scopes", default=[])) & _POD_SCOPES
    if not scopes:
        return True
    if plural != "pods":
        return False
    best = not any(
        pod_usage(obj).get(f"{kind}.{name}") for kind in ("requests", "limits") for name in _COMPUTE
    )
    ends = meta.dig(obj, "spec", "activeDeadlineSeconds") is not None
    has = {
        "BestEffort": best,
        "NotBestEffort": not best,
        "Terminating": ends,
        "NotTerminating": not ends,
    }
    return all(has[scope] for scope in scopes)


def _complaint(quota: Object, obj: Object, resource: Resource, namespace: str, reader: Reader) -> str:
    hard: Mapping[str, str] = meta.dig(quota, "spec", "hard", default={})
    wanted = usage_of(obj, resource.group, resource.plural)
    if not in_scope(quota, obj, resource.plural):
        return ""
    if resource.storage == "pods":
        missing = _unspecified(obj, hard)
        if missing:
            return f"failed quota: {meta.name(quota)}: must specify {missing}"
    limited = sorted(name for name, amount in wanted.items() if name in hard and amount)
    if not limited:
        return ""
    used: Usage = {}
    for other in reader.items(resource.storage, namespace):
        if in_scope(quota, other, resource.plural):
            for name, amount in usage_of(other, resource.group, resource.plural).items():
                used[name] = used.get(name, Decimal(0)) + amount
    over = [n for n in limited if used.get(n, Decimal(0)) + wanted[n] > quantity.parse(hard[n])]
    if not over:
        return ""
    shown = [_shown({n: source.get(n, Decimal(0)) for n in over}, hard) for source in (wanted, used)]
    bounds = ",".join(f"{name}={hard[name]}" for name in over)
    return f"exceeded quota: {meta.name(quota)}, requested: {shown[0]}, used: {shown[1]}, limited: {bounds}"


def _shown(amounts: Usage, hard: Mapping[str, str]) -> str:
    return ",".join(
        f"{name}={quantity.render(amount, quantity.family(hard[name]))}" for name, amount in amounts.items()
    )


def _sum(containers: list[Object], kind: str) -> Usage:
    total: Usage = {}
    for container in containers:
        for name, amount in (meta.dig(container, "resources", kind) or {}).items():
            total[name] = total.get(name, Decimal(0)) + quantity.parse(amount)
    return total


def _unspecified(pod: Object, hard: Mapping[str, str]) -> str:
    """Under a quota of a resource, every container says how much of it it wants."""
    found: list[str] = []
    for name in sorted(hard):
        prefix, _, bare = name.rpartition(".")
        if bare not in _COMPUTE or prefix not in ("", "requests", "limits"):
            continue
        kind = prefix or "requests"
        spec = pod.get("spec") or {}
        every = [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]
        without = [c.get("name", "") for c in every if bare not in (meta.dig(c, "resources", kind) or {})]
        if without:
            found.append(f"{name} for: {','.join(without)}")
    return "; ".join(found)
