"""Which script answers which question about which kind, out of all customizations.

Follows pkg/resourceinterpreter/customized/declarative/configmanager. Customizations of one kind are taken in
the order of their names: the first script for an operation is the one, but dependencies are asked of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.base import Operation
from karmada_nb.engine.meta import Object, dig

FIELDS: Final = {
    Operation.RETAIN: "retention",
    Operation.INTERPRET_REPLICA: "replicaResource",
    Operation.INTERPRET_COMPONENT: "componentResource",
    Operation.REVISE_REPLICA: "replicaRevision",
    Operation.INTERPRET_STATUS: "statusReflection",
    Operation.AGGREGATE_STATUS: "statusAggregation",
    Operation.INTERPRET_HEALTH: "healthInterpretation",
    Operation.INTERPRET_DEPENDENCY: "dependencyInterpretation",
}
"""The field of ``spec.customizations`` that holds the script of an operation, in Karmada's order."""

Scripts: TypeAlias = Mapping[Operation, tuple[str, ...]]
"""The scripts of one kind: one an operation, for dependencies one or more."""


def script_of(customization: Object, operation: Operation) -> str:
    """The customization's script for an operation, empty where it has none."""
    return str(dig(customization, "spec", "customizations", FIELDS[operation], "luaScript", default=""))


def scripts_by_kind(customizations: Iterable[Object]) -> dict[tuple[str, str], Scripts]:
    """The scripts by apiVersion and kind."""
    out: dict[tuple[str, str], dict[Operation, tuple[str, ...]]] = {}
    for customization in sorted(customizations, key=meta.name):
        target = dig(customization, "spec", "target", default={})
        kind = out.setdefault((target.get("apiVersion", ""), target.get("kind", "")), {})
        for operation in FIELDS:
            script = script_of(customization, operation)
            if script and operation == Operation.INTERPRET_DEPENDENCY:
                kind[operation] = (*kind.get(operation, ()), script)
            elif script:
                kind.setdefault(operation, (script,))
    return {kind: scripts for kind, scripts in out.items() if scripts}
