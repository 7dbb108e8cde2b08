"""The ``scale`` subresource: a workload's replicas, read and written as ``autoscaling/v1`` Scale."""

from collections.abc import Mapping
from typing import Any

from karmada_nb.engine import errors, golang, meta, selectors
from karmada_nb.engine.apiserver.patch import fieldset
from karmada_nb.engine.apiserver.patch.apply import server_side_apply
from karmada_nb.engine.apiserver.patch.fieldset import LEAF, FieldSet
from karmada_nb.engine.apiserver.patch.managed import Entry, arranged, identity
from karmada_nb.engine.apiserver.resource import Resource, ScaleSubresource
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.scalars import INTEGERS
from karmada_nb.engine.apiserver.verbs import update, write
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record


def view(scale: ScaleSubresource, obj: Object) -> Object:
    """The Scale of a workload."""
    metadata = obj["metadata"]
    shown = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    status: Object = {"replicas": meta.dig(obj, *scale.status_replicas, default=0)}
    selector = meta.dig(obj, *scale.selector) if scale.selector else None
    if isinstance(selector, str):
        status["selector"] = selector
    elif isinstance(selector, dict) and selector:
        status["selector"] = rendered(selector)
    replicas = meta.dig(obj, *scale.spec_replicas, default=0)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {k: metadata[k] for k in shown if k in metadata},
        "spec": {"replicas": replicas} if replicas else {},
        "status": status,
    }


def rendered(selector: Mapping[str, Any]) -> str:
    """A LabelSelector (or a plain map, as a ReplicationController has) in its query form."""
    if "matchLabels" not in selector and "matchExpressions" not in selector:
        selector = {"matchLabels": selector}
    terms = []
    for term in selectors.from_label_selector(selector).requirements:
        match term.operator:
            case "In" if len(term.values) == 1:
                terms.append(f"{term.key}={term.values[0]}")
            case "In" | "NotIn":
                terms.append(f"{term.key} {term.operator.lower()} ({','.join(sorted(term.values))})")
            case "Exists":
                terms.append(term.key)
            case _:
                terms.append(f"!{term.key}")
    return ",".join(terms)


def replace(
    server: write.Server, resource: Resource, scale: ScaleSubresource, old: Record, wanted: Object, call: Call
) -> Record:
    """Set the replicas that a Scale asks for. Raises 400, 409 or 422."""
    replicas = meta.dig(wanted, "spec", "replicas", default=0)
    name = old.key.name
    if meta.name(wanted) not in ("", name):
        raise errors.bad_request(
            f"the name of the object ({meta.name(wanted)}) does not match the name on the URL ({name})"
        )
    low, high = INTEGERS["int32"]
    if type(replicas) is not int or not low <= replicas <= high:
        why = golang.cannot_unmarshal(replicas, "int32", "ScaleSpec.spec.replicas")
        raise errors.bad_request(f'Scale in version "v1" cannot be handled as a Scale: {why}')
    if replicas < 0:
        text = f"Invalid value: {replicas}: must be greater than or equal to 0"
        raise errors.invalid(
            "autoscaling", "Scale", name, [Cause("spec.replicas", "FieldValueInvalid", text)]
        )
    before = resource.read(old.object)
    revision = meta.resource_version(wanted)
    obj = meta.replace(before, scale.spec_replicas, replicas)
    obj = meta.with_metadata(obj, resourceVersion=revision or meta.resource_version(before))
    uid = meta.uid(wanted)
    if uid:
        obj = meta.with_metadata(obj, uid=uid)
    return update.replaced(server, resource, old, obj, call, "scale")


_REPLICAS: FieldSet = {"f:spec": {"f:replicas": LEAF}}
"""Where a Scale has them."""


def apply(
    server: write.Server, resource: Resource, scale: ScaleSubresource, old: Record, body: Any, call: Call
) -> Record:
    """Server-side apply of a Scale. Raises what ``server_side_apply`` and ``replace`` raise.

    Follows k8s.io/apimachinery pkg/util/managedfields/scalehandler.go: of the workload's managers those of
    the replicas are the Scale's, and what becomes of them there becomes of them in the workload.
    """
    before = resource.read(old.object)
    path = _path(scale.spec_replicas)
    entries: list[Entry] = meta.metadata(before).get("managedFields") or []
    owners = [
        {**entry, "apiVersion": "autoscaling/v1", "fieldsV1": _REPLICAS}
        for entry in entries
        if fieldset.intersection(entry["fieldsV1"], path)
    ]
    merged = server_side_apply(
        builtin.resource("autoscaling", "v1", "Scale"),
        meta.with_metadata(view(scale, before), managedFields=owners or None),
        body,
        call.manager,
        "autoscaling/v1",
        "scale",
        call.force,
        call.once("now", server.clock.now),
        kind="Scale",
    )
    left: list[Entry] = meta.metadata(merged).get("managedFields") or []
    kept = _in_workload(entries, left, path, resource.api_version)
    obj = meta.replace(before, scale.spec_replicas, meta.dig(merged, "spec", "replicas", default=0))
    obj = meta.with_metadata(obj, managedFields=kept)
    return update.replaced(server, resource, old, obj, call, "scale", applied=True)


def _path(fields: tuple[str, ...]) -> FieldSet:
    found: FieldSet = LEAF
    for name in reversed(fields):
        found = {f"f:{name}": found}
    return found


def _in_workload(entries: list[Entry], left: list[Entry], path: FieldSet, api_version: str) -> list[Entry]:
    """The workload's managers, once those of the replicas are who is ``left`` of them in the Scale."""
    owners = {_who(entry): entry for entry in left}
    kept = []
    for entry in entries:
        if fieldset.intersection(entry["fieldsV1"], path) and owners.pop(_who(entry), None) is None:
            rest = fieldset.difference(entry["fieldsV1"], path)
            if rest:
                kept.append({**entry, "fieldsV1": rest})
        else:
            kept.append(entry)
    fresh = [{**entry, "apiVersion": api_version, "fieldsV1": path} for entry in owners.values()]
    return arranged([*kept, *fresh])


def _who(entry: Entry) -> tuple[str, str, str]:
    manager, operation, _, subresource = identity(entry)
    return manager, operation, subresource
