"""Label selectors (the LabelSelector object and its query-string form) and field selectors.

Follows k8s.io/apimachinery pkg/labels/selector.go and pkg/fields/selector.go. A selector is parsed once
into a ``Selector`` and asked many times; parsing raises ``ValueError`` with upstream's text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_TOKEN: Final = re.compile(r"\s*(==|!=|=|>|<|\(|\)|,|!|[^\s=!<>(),]+)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One term: ``operator`` is In, NotIn, Exists, DoesNotExist, Gt or Lt."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        present = self.key in labels
        match self.operator:
            case "In":
                return present and labels[self.key] in self.values
            case "NotIn":
                return not present or labels[self.key] not in self.values
            case "Exists":
                return present
            case "DoesNotExist":
                return not present
        if not present:
            return False
        texts = labels[self.key], self.values[0]
        if not all(_INTEGER.fullmatch(text) for text in texts):
            return False
        have, want = map(int, texts)
        return have > want if self.operator == "Gt" else have < want


@dataclass(frozen=True, slots=True)
class Selector:
    """All requirements hold. ``nothing`` matches no object, whatever its labels."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    def matches(self, labels: Mapping[str, str]) -> bool:
        return not self.nothing and all(r.matches(labels) for r in self.requirements)

    @property
    def empty(self) -> bool:
        return not self.nothing and not self.requirements


EVERYTHING: Final = Selector()
NOTHING: Final = Selector(nothing=True)


def from_label_selector(selector: Mapping[str, Any] | None) -> Selector:
    """``metav1.LabelSelectorAsSelector``: null matches nothing, an empty one everything."""
    if selector is None:
        return NOTHING
    terms = [Requirement(k, "In", (v,)) for k, v in sorted((selector.get("matchLabels") or {}).items())]
    for item in selector.get("matchExpressions") or []:
        operator = item.get("operator", "")
        if operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
            raise ValueError(f'"{operator}" is not a valid label selector operator')
        values = tuple(item.get("values") or ())
        if operator in ("In", "NotIn") and not values:
            raise ValueError(
                "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
            )
        terms.append(Requirement(item.get("key", ""), operator, values))
    return Selector(tuple(terms))


def text(selector: Mapping[str, Any]) -> str:
    """A LabelSelector as a query has it: ``app=web,tier in (front)``."""
    forms = {"In": "{} in ({})", "NotIn": "{} notin ({})", "Exists": "{}", "DoesNotExist": "!{}"}
    terms = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for term in selector.get("matchExpressions") or ():
        terms.append(forms[term["operator"]].format(term["key"], ",".join(term.get("values") or ())))
    return ",".join(terms)


def from_labels(labels: Mapping[str, str] | None) -> Selector:
    """A plain map, as a Service or ReplicationController selects: empty matches nothing."""
    if not labels:
        return NOTHING
    return Selector(tuple(Requirement(k, "In", (v,)) for k, v in sorted(labels.items())))


def parse(text: str) -> Selector:
    """The query-string form: ``a=b,c!=d,e in (f,g),h,!i,j>3``."""
    tokens = _tokens(text)
    terms: list[Requirement] = []
    at = 0
    while at < len(tokens):
        term, at = _term(tokens, at, text)
        terms.append(term)
        if at < len(tokens):
            if tokens[at] != ",":
                raise ValueError(f"found '{tokens[at]}', expected: ',' or 'end of string'")
            at += 1
            if at == len(tokens):
                raise ValueError("found '', expected: identifier after ','")
    return Selector(tuple(terms))


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"unable to parse requirement: found '{text[at]}', expected: identifier")
        tokens.append(match[1])
        at = match.end()
    return tokens


def _identifier(token: str) -> bool:
    return token not in ("=", "==", "!=", ">", "<", "(", ")", ",", "!")


def _term(tokens: list[str], at: int, text: str) -> tuple[Requirement, int]:
    def peek(i: int) -> str:
        return tokens[i] if i < len(tokens) else ""

    if peek(at) == "!":
        if not _identifier(peek(at + 1)) or not peek(at + 1):
            raise ValueError(f"unable to parse requirement: found '{peek(at + 1)}', expected: identifier")
        return Requirement(peek(at + 1), "DoesNotExist"), at + 2
    key = peek(at)
    if not _identifier(key):
        raise ValueError(f"found '{key}', expected: !, identifier, or 'end of string'")
    operator = peek(at + 1)
    if operator in ("", ","):
        return Requirement(key, "Exists"), at + 1
    if operator in ("=", "==", "!=", ">", "<"):
        value, after = peek(at + 2), at + 3
        if value in ("", ","):
            value, after = "", at + 2
        elif not _identifier(value):
            raise ValueError(f"unable to parse requirement: found '{value}', expected: identifier")
        if operator in (">", "<"):
            try:
                int(value)
            except ValueError:
                raise ValueError(
                    f'unable to parse requirement: values[0]: Invalid value: "{value}": '
                    "for 'Gt', 'Lt' operators, the value must be an integer"
                ) from None
            return Requirement(key, "Gt" if operator == ">" else "Lt", (value,)), after
        return Requirement(key, "NotIn" if operator == "!=" else "In", (value,)), after
    if operator in ("in", "notin"):
        values, after = _values(tokens, at + 2)
        return Requirement(key, "In" if operator == "in" else "NotIn", values), after
    raise ValueError(
        f"unable to parse requirement: found '{operator}', expected: in, notin, =, ==, !=, gt, lt"
    )


def _values(tokens: list[str], at: int) -> tuple[tuple[str, ...], int]:
    if at >= len(tokens) or tokens[at] != "(":
        found = tokens[at] if at < len(tokens) else ""
        raise ValueError(f"unable to parse requirement: found '{found}' expected: '('")
    values: list[str] = []
    expect_value = True
    at += 1
    while at < len(tokens) and tokens[at] != ")":
        if tokens[at] == ",":
            if expect_value:
                values.append("")
            expect_value = True
        else:
            values.append(tokens[at])
            expect_value = False
        at += 1
    if at >= len(tokens):
        raise ValueError("unable to parse requirement: found '', expected: ',' or ')'")
    if expect_value:
        values.append("")
    return tuple(sorted(set(values))), at + 1


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """``path`` equals ``value``, or does not where ``negated``."""

    path: str
    value: str
    negated: bool = False


def parse_fields(text: str) -> tuple[FieldTerm, ...]:
    """``metadata.name=a,status.phase!=Running`` with ``\\`` as the escape for ``,``, ``=`` and itself."""
    terms: list[FieldTerm] = []
    for part in re.split(r"(?<!\\),", text):
        if not part:
            continue
        match = re.match(r"^((?:\\.|[^\\=!])*?)(!=|==|=)(.*)$", part)
        if match is None:
            raise ValueError(f"invalid selector: '{text}'; can't understand '{part}'")
        terms.append(FieldTerm(match[1], re.sub(r"\\(.)", r"\1", match[3]), match[2] == "!="))
    return tuple(terms)
