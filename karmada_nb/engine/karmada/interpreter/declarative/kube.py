"""The library ``kube`` that scripts may require.

Follows pkg/resourceinterpreter/customized/declarative/luavm/kube.go. What Lua calls never raises: it returns
the answer, or nothing and a complaint.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import orjson

from karmada_nb.engine import quantity
from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.karmada.interpreter.declarative.convert import converted
from karmada_nb.engine.karmada.interpreter.dependencies import pod_dependencies
from karmada_nb.engine.karmada.interpreter.fields import mapping
from karmada_nb.engine.karmada.interpreter.resources import generate_replica_requirements

Table: TypeAlias = Callable[[Any], Any]
"""Makes a Lua table of JSON."""


def library(table: Table) -> dict[str, Callable[..., Any]]:
    """The functions by the names under which ``sandbox.lua`` knows them."""

    def requirements(template: str) -> Any:
        try:
            return table(generate_replica_requirements(mapping(converted(template), "spec")))
        except InterpreterError as error:
            return None, str(error)

    def dependencies(template: str, namespace: str) -> Any:
        try:
            found = pod_dependencies(mapping(converted(template), "spec"), namespace)
        except InterpreterError as error:
            return None, str(error)
        return table(found) if found else None

    return {
        "requirements": requirements,
        "dependencies": dependencies,
        "add": resource_add,
        "quantity": resource_quantity,
    }


def resource_add(*amounts: str) -> Any:
    """The sum, in the form of the first amount that is not zero."""
    total, form = Decimal(0), "decimal"
    for amount in amounts:
        try:
            value = quantity.parse(amount)
        except ValueError as error:
            return None, f"cannot parse '{amount}': {error}"
        if total == 0:
            form = quantity.family(amount)
        total += value
    return quantity.render(total, form)


def resource_quantity(amount: str) -> Any:
    """The amount as a number of units."""
    try:
        found = float(quantity.parse(amount))
    except ValueError as error:
        return None, f"cannot parse '{amount}': {error}"
    if found < 0:
        said = orjson.dumps(amount).decode()
        return None, f"int approximation unexpectedly returned a negative value: {said},"
    return found
