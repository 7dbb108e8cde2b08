"""Reading and rebuilding Kubernetes objects.

An object is a plain ``dict`` in its JSON form. By contract it is immutable once it left the place that
built it: whoever wants a change builds a new object that shares the unchanged parts (``replace``,
``without``). Nobody deep-copies and nobody mutates what a read returned.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeAlias

Object: TypeAlias = dict[str, Any]
"""A Kubernetes object, or a part of one, as parsed JSON. Read only."""

_EMPTY: Final[Object] = {}


class Key(NamedTuple):
    """What a controller reconciles: an object's place. ``namespace`` is ``""`` for cluster scope."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def metadata(obj: Mapping[str, Any]) -> Object:
    return obj.get("metadata") or {}


def name(obj: Mapping[str, Any]) -> str:
    return str((obj.get("metadata") or _EMPTY).get("name", ""))


def namespace(obj: Mapping[str, Any]) -> str:
    return str((obj.get("metadata") or _EMPTY).get("namespace", ""))


def uid(obj: Mapping[str, Any]) -> str:
    return str((obj.get("metadata") or _EMPTY).get("uid", ""))


def labels(obj: Mapping[str, Any]) -> dict[str, str]:
    return (obj.get("metadata") or _EMPTY).get("labels") or {}


def annotations(obj: Mapping[str, Any]) -> dict[str, str]:
    return metadata(obj).get("annotations") or {}


def key(obj: Mapping[str, Any]) -> Key:
    found = obj.get("metadata") or _EMPTY
    return Key(str(found.get("namespace", "")), str(found.get("name", "")))


def generation(obj: Mapping[str, Any]) -> int:
    return int(metadata(obj).get("generation", 0))


def resource_version(obj: Mapping[str, Any]) -> str:
    return str(metadata(obj).get("resourceVersion", ""))


def deleting(obj: Mapping[str, Any]) -> bool:
    """Whether deletion was asked for: the object lives on until its finalizers are gone."""
    return "deletionTimestamp" in (obj.get("metadata") or _EMPTY)


def finalizers(obj: Mapping[str, Any]) -> list[str]:
    return (obj.get("metadata") or _EMPTY).get("finalizers") or []


def owners(obj: Mapping[str, Any]) -> list[Object]:
    return (obj.get("metadata") or _EMPTY).get("ownerReferences") or []


def controller_of(obj: Mapping[str, Any]) -> Object | None:
    """The owner reference with ``controller: true``, if there is one."""
    return next((ref for ref in owners(obj) if ref.get("controller")), None)


def owner_reference(owner: Mapping[str, Any], *, controller: bool = True) -> Object:
    """A reference to ``owner`` as a controller writes it into what it makes."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name(owner),
        "uid": uid(owner),
        "controller": controller,
        "blockOwnerDeletion": True,
    }


def group_version(api_version: str) -> tuple[str, str]:
    """``apps/v1`` -> ``("apps", "v1")``; ``v1`` -> ``("", "v1")``."""
    group, _, version = api_version.rpartition("/")
    return group, version


def api_version(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version


def dig(obj: Any, *path: str | int, default: Any = None) -> Any:
    """The value at ``path``, or ``default`` where any step is missing or null."""
    for step in path:
        if type(obj) is dict or isinstance(obj, Mapping):
            obj = obj.get(step)
        elif isinstance(obj, list) and isinstance(step, int) and -len(obj) <= step < len(obj):
            obj = obj[step]
        else:
            return default
        if obj is None:
            return default
    return obj


def replace(obj: Mapping[str, Any], path: Iterable[str], value: Any) -> Object:
    """A new object with ``value`` at ``path`` (maps only; missing maps are made); the rest is shared."""
    first, *rest = path
    out = dict(obj)
    out[first] = replace(out.get(first) or {}, rest, value) if rest else value
    return out


def without(obj: Mapping[str, Any], path: Iterable[str]) -> Object:
    """A new object without the field at ``path``; the rest is shared. A missing field is no error."""
    first, *rest = path
    out = dict(obj)
    if not rest:
        out.pop(first, None)
    elif isinstance(out.get(first), Mapping):
        out[first] = without(out[first], rest)
    return out


def with_metadata(obj: Mapping[str, Any], **fields: Any) -> Object:
    """A new object whose metadata has these fields; a field given as ``None`` is taken away."""
    merged = {**metadata(obj), **fields}
    return {**obj, "metadata": {k: v for k, v in merged.items() if v is not None}}


def rfc3339(moment: datetime) -> str:
    """``metav1.Time``: whole seconds, UTC."""
    return _utc(moment).isoformat(timespec="seconds")[:19] + "Z"


def rfc3339_micro(moment: datetime) -> str:
    """``metav1.MicroTime``: six digits, UTC."""
    return _utc(moment).isoformat(timespec="microseconds")[:26] + "Z"


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def parse_time(text: str) -> datetime:
    """The moment of a ``Time`` or ``MicroTime``. Raises ValueError for anything else."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def condition(obj: Mapping[str, Any], kind: str) -> Object | None:
    """The entry of ``status.conditions`` of this type."""
    for item in dig(obj, "status", "conditions", default=[]):
        if item.get("type") == kind:
            return dict(item)
    return None


def set_condition(
    conditions: Iterable[Object],
    kind: str,
    status: str,
    reason: str,
    message: str,
    now: datetime,
    **extra: Any,
) -> list[Object]:
    """``meta.SetStatusCondition``: a new list; ``lastTransitionTime`` moves only when ``status`` does."""
    out: list[Object] = []
    fresh: Object = {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": rfc3339(now),
        **extra,
    }
    found = False
    for item in conditions:
        if item.get("type") == kind:
            found = True
            if item.get("status") == status and "lastTransitionTime" in item:
                fresh["lastTransitionTime"] = item["lastTransitionTime"]
            item = fresh
        out.append(item)
    return out if found else [*out, fresh]
