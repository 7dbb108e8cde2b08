"""Attached bindings: those of things that independent bindings depend on.

Follows pkg/dependenciesdistributor/dependencies_distributor.go (``createOrUpdateAttachedBinding``,
``removeScheduleResultFromAttachedBindings``) and policy_utils.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.karmada import go_json
from karmada_nb.engine.karmada.constants import (
    BINDING_API_VERSION,
    BINDING_CONTROLLER_FINALIZER,
    DEPENDED_BY_LABEL_PREFIX,
    EVENT_REASON_DEPENDENCY_POLICY_CONFLICT,
    RESOURCE_BINDING_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.karmada.names import generate_binding_name, generate_binding_reference_key
from karmada_nb.engine.karmada.plane import BINDINGS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Client
from karmada_nb.engine.runtime.events import Recorder

_INDEX: Final = "dependedBy"
_OTHER_OWNER: Final = (
    "failed to update resourceBinding({}) due to different owner reference UID, will try again later after "
    "binding is garbage collected, see https://github.com/karmada-io/karmada/issues/6034"
)


class AttachedBindings:
    """Finds, makes and lets go the bindings that carry an independent binding's mark."""

    def __init__(self, plane: Plane, client: Client, recorder: Recorder) -> None:
        self._client = client
        self._recorder = recorder
        self._bindings = plane.informers(*BINDINGS)
        self._bindings.add_index(_INDEX, _marks)

    def of(self, independent: Object) -> list[Object]:
        """The bindings that the independent one requires."""
        ((label, value),) = _mark(independent).items()
        return self._bindings.by_index(_INDEX, f"{label}={value}")

    async def attach(self, independent: Object, template: Object) -> None:
        """Make or refresh the binding of a template that the independent one requires.

        Raises ValueError where the binding still belongs to an earlier template of the same name.
        """
        desired = _desired(independent, template)
        existing = self._bindings.get(meta.key(desired))
        if existing is None:
            await self._client.create(BINDINGS, self._settled(desired), meta.namespace(desired))
            return
        owner = meta.controller_of(existing)
        if owner is not None and owner.get("uid") != meta.uid(template):
            raise ValueError(_OTHER_OWNER.format(meta.key(desired)))
        spec = {
            **existing["spec"],
            "requiredBy": _merged(existing["spec"].get("requiredBy") or [], desired["spec"]["requiredBy"]),
            "resource": desired["spec"]["resource"],
        }
        refreshed = meta.with_metadata(
            {**existing, "spec": spec}, labels={**meta.labels(existing), **meta.labels(desired)}
        )
        if existing["spec"].get("placement") is None:
            refreshed = self._settled(refreshed)
            await self._tell_conflicts(refreshed)
        if refreshed != existing:
            await self._client.update(BINDINGS, refreshed)

    async def detach(self, independent: Object, attached: Iterable[Object]) -> None:
        """The independent binding requires these no more."""
        mark = _mark(independent)
        for binding in attached:
            labels = {k: v for k, v in meta.labels(binding).items() if k not in mark}
            left = [
                snapshot
                for snapshot in binding["spec"].get("requiredBy") or []
                if _place(snapshot) != meta.key(independent)
            ]
            spec = {**binding["spec"], "requiredBy": left}
            if not left:
                del spec["requiredBy"]
            freed = meta.with_metadata({**binding, "spec": spec}, labels=labels or None)
            if spec.get("placement") is None:
                freed = self._settled(freed) if left else _without_strategies(freed)
            await self._client.update(BINDINGS, freed)

    def _required_by(self, binding: Object) -> list[Object]:
        """The independent bindings behind the snapshots. Raises 404 where one is gone."""
        found: list[Object] = []
        for snapshot in binding["spec"].get("requiredBy") or []:
            independent = self._bindings.get(_place(snapshot))
            if independent is None:
                raise errors.not_found("work.karmada.io", "resourcebindings", snapshot["name"])
            found.append(independent)
        return found

    def _settled(self, binding: Object) -> Object:
        """The binding with what those that require it agree on: overwriting and preserving win."""
        resolutions, preserves = self._strategies(binding)
        spec = {
            **binding["spec"],
            "conflictResolution": "Overwrite" if "Overwrite" in resolutions else "Abort",
            "preserveResourcesOnDeletion": True in preserves,
        }
        return {**binding, "spec": spec}

    def _strategies(self, binding: Object) -> tuple[set[str], set[bool]]:
        specs = [independent["spec"] for independent in self._required_by(binding)]
        resolutions = {spec.get("conflictResolution") or "Abort" for spec in specs}
        return resolutions, {bool(spec.get("preserveResourcesOnDeletion")) for spec in specs}

    async def _tell_conflicts(self, binding: Object) -> None:
        resolutions, preserves = self._strategies(binding)
        reasons: list[str] = []
        if len(resolutions) > 1:
            reasons.append("ConflictResolution conflicted (Overwrite vs Abort)")
        if len(preserves) > 1:
            reasons.append("PreserveResourcesOnDeletion conflicted (true vs false)")
        if reasons:
            message = f"Dependency policy conflict detected: {'; '.join(reasons)}."
            await self._recorder.event(binding, "Warning", EVENT_REASON_DEPENDENCY_POLICY_CONFLICT, message)


def dependencies_text(dependencies: list[Object]) -> str:
    """The annotation that records dependencies, in the order of Go's type; no dependency at all is null."""
    fields = ("apiVersion", "kind", "namespace", "name", "labelSelector")
    listed = [{field: d[field] for field in fields if d.get(field)} for d in dependencies]
    return go_json.dumps(listed or None)


def dependencies_told(dependencies: list[Object]) -> str:
    """Dependencies as Go prints them with %+v."""
    told = (
        f"{{APIVersion:{d.get('apiVersion', '')} Kind:{d.get('kind', '')} "
        f"Namespace:{d.get('namespace', '')} Name:{d.get('name', '')} "
        f"LabelSelector:{_selector_told(d.get('labelSelector'))}}}"
        for d in dependencies
    )
    return f"[{' '.join(told)}]"


def _selector_told(selector: Object | None) -> str:
    if selector is None:
        return "nil"
    labels = "".join(f"{k}: {v}," for k, v in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{e.get('key', '')},Operator:{e.get('operator', '')},"
        f"Values:[{' '.join(e.get('values') or [])}],}},"
        for e in selector.get("matchExpressions") or []
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )


def _mark(independent: Object) -> dict[str, str]:
    """The label by which an attached binding says who requires it."""
    key = generate_binding_reference_key(meta.namespace(independent), meta.name(independent))
    return {
        DEPENDED_BY_LABEL_PREFIX + key: meta.labels(independent).get(RESOURCE_BINDING_PERMANENT_ID_LABEL, "")
    }


def _marks(binding: Object) -> Iterable[str]:
    return [f"{k}={v}" for k, v in meta.labels(binding).items() if k.startswith(DEPENDED_BY_LABEL_PREFIX)]


def _place(snapshot: Object) -> Key:
    return Key(snapshot.get("namespace", ""), snapshot.get("name", ""))


def _desired(independent: Object, template: Object) -> Object:
    snapshot: Object = {"namespace": meta.namespace(independent), "name": meta.name(independent)}
    if independent["spec"].get("clusters"):
        snapshot["clusters"] = independent["spec"]["clusters"]
    return {
        "apiVersion": BINDING_API_VERSION,
        "kind": "ResourceBinding",
        "metadata": {
            "name": generate_binding_name(template["kind"], meta.name(template)),
            "namespace": meta.namespace(independent),
            "ownerReferences": [meta.owner_reference(template)],
            "labels": _mark(independent),
            "finalizers": [BINDING_CONTROLLER_FINALIZER],
        },
        "spec": {
            "resource": {
                "apiVersion": template["apiVersion"],
                "kind": template["kind"],
                **({"namespace": meta.namespace(template)} if meta.namespace(template) else {}),
                "name": meta.name(template),
                "uid": meta.uid(template),
                "resourceVersion": meta.resource_version(template),
            },
            "requiredBy": [snapshot],
        },
    }


def _merged(existing: list[Object], new: list[Object]) -> list[Object]:
    """The snapshots with the new ones in the place of those of the same binding."""
    fresh = {_place(snapshot): snapshot for snapshot in new}
    kept = [fresh.pop(_place(snapshot), snapshot) for snapshot in existing]
    return [*kept, *fresh.values()]


def _without_strategies(binding: Object) -> Object:
    fields = ("conflictResolution", "preserveResourcesOnDeletion")
    return {**binding, "spec": {k: v for k, v in binding["spec"].items() if k not in fields}}
