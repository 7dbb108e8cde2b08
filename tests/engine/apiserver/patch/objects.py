"""Objects and helpers that the tests of patches share."""

import copy
from datetime import UTC, datetime
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch import apply as ssa
from karmada_nb.engine.apiserver.patch import managed
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = datetime(2026, 1, 2, 4, 0, 0, tzinfo=UTC)


def schema_of(kind: str) -> Schema:
    group, version = {"Deployment": ("apps", "v1")}.get(kind, ("", "v1"))
    schema = builtin.resource(group, version, kind)
    assert schema is not None
    return schema


def config_map(**data: str) -> dict[str, Any]:
    obj: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    return {**obj, "data": data} if data else obj


def deployment(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": list(containers)}}
    selector = {"matchLabels": {"app": "d"}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {"selector": selector, "template": template, **spec},
    }


def apply(
    live: Any, applied: Any, manager: str, *, force: bool = False, now: datetime = NOW, **more: Any
) -> dict[str, Any]:
    """Server-side apply of a ConfigMap or Deployment; checks that the inputs stay as they were."""
    before = copy.deepcopy((live, applied))
    schema = more.pop("schema", None) or schema_of(applied["kind"])
    subresource = more.pop("subresource", "")
    version = applied["apiVersion"]
    out = ssa.server_side_apply(schema, live, applied, manager, version, subresource, force, now, **more)
    assert (live, applied) == before
    return out


def update(old: Any, new: Any, manager: str, *, now: datetime = NOW, subresource: str = "") -> dict[str, Any]:
    """``new`` with the managedFields that an update gives it; checks that the inputs stay as they were."""
    before = copy.deepcopy((old, new))
    schema = schema_of(new["kind"])
    entries = managed.after_update(schema, old, new, manager, new["apiVersion"], subresource, now)
    assert (old, new) == before
    return meta.with_metadata(new, managedFields=entries or None)


def fields(obj: Any, manager: str) -> Any:
    """The fields of a manager's only entry; None when it has none."""
    found = [entry for entry in managers(obj) if entry["manager"] == manager]
    assert len(found) < 2
    return found[0]["fieldsV1"] if found else None


def managers(obj: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = obj["metadata"].get("managedFields") or []
    return entries


FREE = Schema(kind=Kind.OBJECT, preserve_unknown=True)
"""A custom resource about which its definition says nothing."""
