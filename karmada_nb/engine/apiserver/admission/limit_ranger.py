"""Limits of a namespace: defaults for containers, and bounds for pods and claims.

Follows plugin/pkg/admission/limitranger/admission.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from karmada_nb.engine import errors, meta, quantity
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.admission.new_pods import new_pod
from karmada_nb.engine.meta import Object

ANNOTATION: Final = "kubernetes.io/limit-ranger"
_KINDS: Final = {"containers": "container", "initContainers": "init container"}
Amounts = Mapping[str, Any]


class LimitRanger(Plugin):
    concerns = frozenset({"pods", "persistentvolumeclaims"})

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        pod = new_pod(attributes)
        if pod is None:
            return None
        changed = pod
        for item in _items(attributes.namespace, reader, "Container"):
            changed = _defaulted(changed, item.get("default") or {}, item.get("defaultRequest") or {})
        return None if changed is pod else changed

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        if attributes.operation != "CREATE" or attributes.subresource or attributes.obj is None:
            return
        storage = attributes.resource.storage
        if storage not in ("pods", "persistentvolumeclaims"):
            return
        found: list[str] = []
        for limits in reader.items("limitranges", attributes.namespace):
            for item in meta.dig(limits, "spec", "limits", default=[]):
                found += _pod(item, attributes.obj) if storage == "pods" else _claim(item, attributes.obj)
        if found:
            why = found[0] if len(found) == 1 else f"[{', '.join(found)}]"
            raise errors.forbidden("", storage, attributes.name, why)


def _items(namespace: str, reader: Reader, kind: str) -> list[Object]:
    return [
        item
        for limits in reader.items("limitranges", namespace)
        for item in meta.dig(limits, "spec", "limits", default=[])
        if item.get("type") == kind
    ]


def _defaulted(pod: Object, limits: Amounts, requests: Amounts) -> Object:
    spec = dict(pod.get("spec") or {})
    notes: list[str] = []
    for kind, word in _KINDS.items():
        containers = []
        for container in spec.get(kind) or []:
            resources = dict(container.get("resources") or {})
            for name, wanted in (("requests", requests), ("limits", limits)):
                missing = {k: v for k, v in wanted.items() if k not in (resources.get(name) or {})}
                if missing:
                    resources[name] = {**(resources.get(name) or {}), **missing}
                    shown = ", ".join(sorted(missing))
                    notes.append(f"{shown} {name[:-1]} for {word} {container.get('name', '')}")
            containers.append({**container, "resources": resources})
        if containers:
            spec[kind] = containers
    if not notes:
        return pod
    text = f"LimitRanger plugin set: {'; '.join(notes)}"
    pod = meta.with_metadata(pod, annotations={**meta.annotations(pod), ANNOTATION: text})
    return {**pod, "spec": spec}


def _pod(item: Object, pod: Object) -> list[str]:
    spec = pod.get("spec") or {}
    if item.get("type") == "Container":
        every = [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]
        return [text for container in every for text in _bounds(item, container.get("resources") or {})]
    if item.get("type") != "Pod":
        return []
    total = {
        name: _sum([(c.get("resources") or {}).get(name) or {} for c in spec.get("containers") or []])
        for name in ("requests", "limits")
    }
    return _bounds(item, total)


def _claim(item: Object, claim: Object) -> list[str]:
    if item.get("type") != "PersistentVolumeClaim":
        return []
    requests = meta.dig(claim, "spec", "resources", "requests", default={})
    return _bounds(
        {**item, "maxLimitRequestRatio": {}}, {"requests": requests, "limits": requests}, "request"
    )


def _sum(parts: list[Amounts]) -> dict[str, str]:
    totals: dict[str, Decimal] = {}
    forms: dict[str, str] = {}
    for part in parts:
        for name, amount in part.items():
            totals[name] = totals.get(name, Decimal(0)) + quantity.parse(amount)
            forms.setdefault(name, quantity.family(amount))
    return {name: quantity.render(total, forms[name]) for name, total in totals.items()}


def _bounds(item: Object, resources: Object, word: str = "limit") -> list[str]:
    kind = item["type"]
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    found: list[str] = []
    for name, bound in (item.get("min") or {}).items():
        text = f"minimum {name} usage per {kind} is {bound}"
        if name not in requests:
            found.append(f"{text}.  No request is specified")
        elif _less(requests[name], bound):
            found.append(f"{text}, but request is {requests[name]}")
        elif name in limits and _less(limits[name], bound):
            found.append(f"{text}, but limit is {limits[name]}")
    for name, bound in (item.get("max") or {}).items():
        text = f"maximum {name} usage per {kind} is {bound}"
        if name not in limits:
            found.append(f"{text}.  No {word} is specified")
        elif _less(bound, limits[name]):
            found.append(f"{text}, but {word} is {limits[name]}")
        elif name in requests and _less(bound, requests[name]):
            found.append(f"{text}, but request is {requests[name]}")
    for name, bound in (item.get("maxLimitRequestRatio") or {}).items():
        text = f"{name} max limit to request ratio per {kind} is {bound}"
        request = quantity.parse(requests.get(name, "0"))
        if not request:
            found.append(f"{text}, but no request is specified or request is 0")
        elif name not in limits:
            found.append(f"{text}, but no limit is specified or limit is 0")
        else:
            ratio = quantity.parse(limits[name]) / request
            if ratio > quantity.parse(bound):
                found.append(f"{text}, but provided ratio is {ratio:.6f}")
    return found


def _less(a: Any, b: Any) -> bool:
    return quantity.parse(a) < quantity.parse(b)
