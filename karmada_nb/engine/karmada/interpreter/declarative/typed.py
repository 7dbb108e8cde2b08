"""Results of scripts that Karmada reads into types of its own: requirements, components, references.

The types are of pkg/apis/work/v1alpha2 and pkg/apis/config/v1alpha1. Fields that they do not have are left
out, quantities are written in their canonical form. Raises InterpreterError as Go's decoder words it.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import golang, quantity
from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.meta import Object

_INT32: Final = range(-(2**31), 2**31)


def replica_requirements(value: Any) -> Object:
    """``ReplicaRequirements``."""
    return _requirements(_Struct(value, "ReplicaRequirements", "v1alpha2"), ("namespace",))


def components(value: Any) -> list[Object]:
    """A list of ``Component``."""
    found: list[Object] = []
    for where in _structs(value, "Component", "v1alpha2"):
        component: Object = {"name": where.text("name"), "replicas": where.int32("replicas")}
        asked = where.struct("replicaRequirements", "v1alpha2.ComponentReplicaRequirements")
        if asked is not None:
            component["replicaRequirements"] = _requirements(asked)
        found.append(component)
    return found


def references(value: Any) -> list[Object]:
    """A list of ``DependentObjectReference``."""
    found: list[Object] = []
    for where in _structs(value, "DependentObjectReference", "v1alpha1"):
        texts = {name: where.text(name) for name in ("apiVersion", "kind", "namespace", "name")}
        reference: Object = {name: text for name, text in texts.items() if text}
        selector = where.value("labelSelector", dict, "v1.LabelSelector")
        found.append(reference if selector is None else {**reference, "labelSelector": selector})
    return found


def _requirements(where: _Struct, more: tuple[str, ...] = ()) -> Object:
    out: Object = {}
    claim = where.struct("nodeClaim", "v1alpha2.NodeClaim")
    if claim is not None:
        affinity = claim.value("hardNodeAffinity", dict, "v1.NodeSelector")
        found = {"nodeSelector": claim.texts("nodeSelector")}
        found["tolerations"] = claim.value("tolerations", list, "[]v1.Toleration")
        given = {field: part for field, part in found.items() if part}
        out["nodeClaim"] = given if affinity is None else {"hardNodeAffinity": affinity, **given}
    request = where.value("resourceRequest", dict, "v1.ResourceList")
    if request:
        out["resourceRequest"] = {resource: _quantity(amount) for resource, amount in request.items()}
    for field in (*more, "priorityClassName"):
        if text := where.text(field):
            out[field] = text
    return out


def _quantity(amount: Any) -> str:
    if isinstance(amount, bool) or not isinstance(amount, (str, int, float)):
        raise _unmarshal(quantity.INVALID)
    try:
        return quantity.canonical(amount)
    except ValueError as error:
        raise _unmarshal(str(error)) from None


def _structs(value: Any, name: str, package: str) -> list[_Struct]:
    if not isinstance(value, list):
        raise _unmarshal(golang.cannot_unmarshal(value, f"[]{package}.{name}"))
    return [_Struct(item, name, package) for item in value]


class _Struct:
    """Fields of one object, read as a Go struct would be; ``path`` is how messages name it."""

    def __init__(self, value: Any, path: str, package: str = "") -> None:
        if not isinstance(value, dict):
            raise _unmarshal(golang.cannot_unmarshal(value, f"{package}.{path}"))
        self._value = value
        self._path = path

    def value(self, field: str, kind: type, name: str) -> Any:
        """The field if it is of that kind of value, None where there is none. ``name`` is Go's."""
        found = self._value.get(field)
        if found is not None and not isinstance(found, kind):
            raise self._mismatch(field, found, name)
        return found

    def struct(self, field: str, name: str) -> _Struct | None:
        found = self.value(field, dict, name)
        return None if found is None else _Struct(found, f"{self._path}.{field}")

    def text(self, field: str) -> str:
        return self.value(field, str, "string") or ""

    def texts(self, field: str) -> dict[str, str] | None:
        found: dict[str, str] | None = self.value(field, dict, "map[string]string")
        for name, item in (found or {}).items():
            if not isinstance(item, str):
                raise self._mismatch(f"{field}.{name}", item, "string")
        return found

    def int32(self, field: str) -> int:
        found = self._value.get(field, 0)
        if isinstance(found, bool) or not isinstance(found, int) or found not in _INT32:
            raise self._mismatch(field, found, "int32")
        return found

    def _mismatch(self, field: str, found: Any, wanted: str) -> InterpreterError:
        return _unmarshal(golang.cannot_unmarshal(found, wanted, f"{self._path}.{field}"))


def _unmarshal(why: str) -> InterpreterError:
    return InterpreterError(f"json unmarshal obj failed: {why}")
