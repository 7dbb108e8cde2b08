"""A rule put in front of the native ones is asked first, and only for what it knows."""

from __future__ import annotations

import pytest

from karmada_nb.engine.karmada.interpreter import (
    Chain,
    InterpreterError,
    NativeInterpreter,
    Operation,
    native,
)
from karmada_nb.engine.meta import Object

WIDGET: Object = {"apiVersion": "example.io/v1", "kind": "Widget", "spec": {"size": 3}}
CONFIG_MAP: Object = {"apiVersion": "v1", "kind": "ConfigMap"}


class Widgets(NativeInterpreter):
    """A third party's rules: the replicas of Widgets, and their parts."""

    def hook_enabled(self, api_version: str, kind: str, operation: Operation) -> bool:
        known = (Operation.INTERPRET_REPLICA, Operation.INTERPRET_COMPONENT)
        return kind == "Widget" and operation in known

    def get_replicas(self, obj: Object) -> tuple[int, Object | None]:
        return obj["spec"]["size"], None

    def get_components(self, obj: Object) -> list[Object]:
        return [{"name": "only", "replicas": obj["spec"]["size"]}]


CHAIN = Chain(Widgets(), native())


def test_the_first_that_has_a_rule_answers() -> None:
    assert CHAIN.get_replicas(WIDGET) == (3, None)
    assert CHAIN.get_components(WIDGET) == [{"name": "only", "replicas": 3}]
    assert CHAIN.hook_enabled("example.io/v1", "Widget", Operation.INTERPRET_REPLICA)
    assert CHAIN.hook_enabled("apps/v1", "Deployment", Operation.RETAIN)
    assert not CHAIN.hook_enabled("example.io/v1", "Widget", Operation.RETAIN)


def test_what_nobody_has_a_rule_for_is_an_error() -> None:
    with pytest.raises(
        InterpreterError, match='InterpretReplica interpreter for "/v1, Kind=ConfigMap" not found'
    ):
        CHAIN.get_replicas(CONFIG_MAP)
    with pytest.raises(InterpreterError, match="GetComponents not implemented yet"):
        CHAIN.get_components(CONFIG_MAP)


def test_a_chain_needs_a_link() -> None:
    with pytest.raises(ValueError, match="expected at least one interpreter"):
        Chain()
