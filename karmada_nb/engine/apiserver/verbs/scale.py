"""The ``scale`` subresource: a workload's replicas, read and written as ``autoscaling/v1`` Scale."""

from collections.abc import Mapping
from typing import Any

from karmada_nb.engine import errors, meta, selectors
from karmada_nb.engine.apiserver.resource import Resource, ScaleSubresource
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
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        raise errors.bad_request(
            'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal '
            f"{type(replicas).__name__} into Go struct field ScaleSpec.spec.replicas of type int32"
        )
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
