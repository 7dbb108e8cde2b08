"""A small operator, as Kopf's documentation writes one; run by ``kopf run`` in the test beside it."""

from typing import Any

import kopf


@kopf.on.create("greetings")
def create(spec: kopf.Spec, **_: Any) -> dict[str, str]:
    return {"said": f"hello, {spec['to']}"}


@kopf.on.update("greetings", field="spec.to")
def update(old: str, new: str, **_: Any) -> dict[str, str]:
    return {"said": f"{new} instead of {old}"}


@kopf.on.delete("greetings")
def delete(**_: Any) -> None:
    """Its finalizer holds the object until this has run."""
