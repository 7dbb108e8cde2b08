"""Expressions of the Common Expression Language, by the examples of its definition and of Kubernetes."""

from typing import Any

import pytest

from karmada_nb.engine.apiserver.crd.cel import CelError, CelSyntaxError, compile_text

TRUE: list[tuple[str, Any]] = [
    ("self.minReplicas <= self.replicas && self.replicas <= self.maxReplicas",
     {"minReplicas": 1, "replicas": 2, "maxReplicas": 3}),
    ("'Available' in self.stateCounts", {"stateCounts": {"Available": 1}}),
    ("(self.list1.size() == 0) != (self.list2.size() == 0)", {"list1": [], "list2": [1]}),
    ("self.envars.filter(e, e.name == 'MY_ENV').all(e, e.value.matches('^[a-zA-Z]*$'))",
     {"envars": [{"name": "MY_ENV", "value": "abc"}, {"name": "OTHER", "value": "1"}]}),
    ("has(self.expired) && self.created + self.ttl < self.expired",
     {"created": 1, "ttl": 2, "expired": 4}),
    ("self.health.startsWith('ok')", {"health": "ok then"}),
    ("self.widgets.exists(w, w.key == 'x' && w.foo < 10)", {"widgets": [{"key": "x", "foo": 1}]}),
    ("type(self) == 'string' ? self == '99%' : self == 42", 42),
    ("self.metadata.name == 'singleton'", {"metadata": {"name": "singleton"}}),
    ("self.set1.all(e, !(e in self.set2))", {"set1": [1], "set2": [2]}),
    ("size(self.names) == self.details.size() && self.names.all(n, n in self.details)",
     {"names": ["a"], "details": {"a": 1}}),
    ("self.map(x, x * 2) == [2, 4] && self.exists_one(x, x > 1)", [1, 2]),
    ("self.x__dash__y == 1 && self.__namespace__ == 'n'", {"x-y": 1, "namespace": "n"}),
    ("quantity(self).isGreaterThan(quantity('1500m'))", "2"),
    ("duration('1h30m') > duration('89m') && 7 / 2 == 3 && -7 % 3 == -1", None),
    ("'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b'", None),
    ("true || self.missing", {}),
    ("self.missing || true", {}),
    ("!has(self.a) || self.a.b == 1", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), TRUE, ids=[text for text, _ in TRUE])
def test_expressions_that_hold(text: str, value: Any) -> None:
    assert compile_text(text)({"self": value}) is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("self.gone == 1", "no such key: gone"),
        ("self.a + 'b' == 'c'", "no such overload"),
        ("1 / 0 == 1", "division by zero"),
        ("[1][3] == 1", "index out of bounds: 3"),
        ("self.a && true", "no such overload"),
    ],
)
def test_expressions_that_cannot_be_evaluated(text: str, why: str) -> None:
    with pytest.raises(CelError, match=why.replace("+", r"\+")):
        compile_text(text)({"self": {"a": 1}})


@pytest.mark.parametrize("text", ["", "self.", "self.a ==", "(1 + 2", "self.a b", "nothing()", "'open"])
def test_texts_that_are_no_expressions(text: str) -> None:
    with pytest.raises(CelSyntaxError):
        compile_text(text)
