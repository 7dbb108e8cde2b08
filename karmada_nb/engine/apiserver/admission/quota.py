"""No namespace uses more than its quotas allow.

Follows k8s.io/apiserver pkg/admission/plugin/resourcequota/controller.go.
What is used is counted in the store at the moment of the write, which cannot lag behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from karmada_nb.engine import errors, meta, quantity
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.admission.quota_scopes import applies, ends
from karmada_nb.engine.apiserver.admission.quota_usage import MUST_SAY, Usage, concerned, usage_of
from karmada_nb.engine.meta import Object

if TYPE_CHECKING:
    from karmada_nb.engine.apiserver.resource import Resource

_CHANGING: Final = ("services", "persistentvolumeclaims")
"""Kinds whose objects may come to take more while they live."""


class ResourceQuota(Plugin):
    def validate(self, attributes: Attributes, reader: Reader) -> None:
        obj, resource = attributes.obj, attributes.resource
        if obj is None or not resource.namespaced:
            return
        quotas = reader.items("resourcequotas", attributes.namespace)
        if not quotas or not _handled(attributes, obj):
            return
        for quota in quotas:
            why = _complaint(quota, obj, attributes, reader)
            if why:
                raise errors.forbidden(resource.group, resource.plural, attributes.name, why)


def _handled(attributes: Attributes, obj: Object) -> bool:
    storage, part, old = attributes.resource.storage, attributes.subresource, attributes.old
    if storage == "pods" and part == "resize":
        return True
    if part:
        return False
    if attributes.operation == "CREATE" or storage in _CHANGING:
        return True
    return storage == "pods" and old is not None and ends(old) != ends(obj)


def _complaint(quota: Object, obj: Object, attributes: Attributes, reader: Reader) -> str:
    resource, old = attributes.resource, attributes.old
    hard: Mapping[str, str] = meta.dig(quota, "spec", "hard", default={})
    if not applies(quota, obj, resource.group, resource.plural):
        return ""
    names = concerned(hard, resource.group, resource.plural)
    if resource.storage == "pods":
        missing = _unspecified(obj, names)
        if missing:
            return f"failed quota: {meta.name(quota)}: must specify {missing}"
    wanted = usage_of(obj, resource.group, resource.plural)
    if old is not None and applies(quota, old, resource.group, resource.plural):
        before = usage_of(old, resource.group, resource.plural)
        wanted = {name: amount - before.get(name, Decimal(0)) for name, amount in wanted.items()}
    more = {name: wanted[name] for name in sorted(names) if wanted.get(name, Decimal(0)) > 0}
    if not more:
        return ""
    used = _used(quota, resource, attributes.namespace, reader)
    over = [n for n, amount in more.items() if used.get(n, Decimal(0)) + amount > quantity.parse(hard[n])]
    if not over:
        return ""
    shown = [_shown({n: source.get(n, Decimal(0)) for n in over}, hard) for source in (more, used)]
    bounds = ",".join(f"{name}={hard[name]}" for name in over)
    return f"exceeded quota: {meta.name(quota)}, requested: {shown[0]}, used: {shown[1]}, limited: {bounds}"


def _used(quota: Object, resource: Resource, namespace: str, reader: Reader) -> Usage:
    used: Usage = {}
    for other in reader.items(resource.storage, namespace):
        if applies(quota, other, resource.group, resource.plural):
            for name, amount in usage_of(other, resource.group, resource.plural).items():
                used[name] = used.get(name, Decimal(0)) + amount
    return used


def _shown(amounts: Usage, hard: Mapping[str, str]) -> str:
    return ",".join(
        f"{name}={quantity.render(amount, quantity.family(hard[name]))}" for name, amount in amounts.items()
    )


def _unspecified(pod: Object, names: Iterable[str]) -> str:
    """What containers have to say and do not, unless the pod says it for all of them."""
    spec = pod.get("spec") or {}
    if spec.get("resources"):
        return ""
    every = [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]
    found: list[str] = []
    for name in sorted(MUST_SAY.intersection(names)):
        prefix, _, bare = name.rpartition(".")
        kind = prefix or "requests"
        without = {c.get("name", "") for c in every if bare not in (meta.dig(c, "resources", kind) or {})}
        if without:
            found.append(f"{name} for: {','.join(sorted(without))}")
    return "; ".join(found)
