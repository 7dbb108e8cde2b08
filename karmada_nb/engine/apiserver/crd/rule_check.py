"""Whether the rules of a schema can be compiled, as far as that shows without evaluating them.

Follows pkg/apiserver/schema/cel/compilation.go of k8s.io/apiextensions-apiserver; errors point into the text
as those of cel-go do.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import CelSyntaxError, compile_text
from karmada_nb.engine.apiserver.crd.cel.parser import free_names, unescaped
from karmada_nb.engine.apiserver.crd.cel.values import TYPES
from karmada_nb.engine.apiserver.crd.rules import KEYWORD
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause

_REASONS: Final = (
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
)
_OPERAND: Final = (
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, "
    "IDENTIFIER}"
)
_CHAIN: Final = r"self(?:\.[A-Za-z_]\w*)*"
_FIELDS: Final = re.compile(r"(?<![\w.])self((?:\.[A-Za-z_]\w*)+)(\()?")
_ALONE: Final = re.compile(rf"\s*({_CHAIN})\s*")
_COMPARED: Final = re.compile(
    rf"\s*({_CHAIN})\s*(==|!=|<=|>=|<|>)\s*('[^']*'|\"[^\"]*\"|\d+|\d+\.\d+|true|false)\s*"
)
_LITERAL: Final = re.compile(r"\s*(?:'[^']*'|\"[^\"]*\"|\d+(?:\.\d+)?)\s*")
_DECLARED: Final = frozenset({"self", "oldSelf", *TYPES})
_TYPES: Final = {
    "string": "string",
    "integer": "int",
    "number": "double",
    "boolean": "bool",
    "object": "object",
    "array": "list",
}
_FORMATS: Final = {"date-time": "timestamp", "date": "timestamp", "duration": "duration", "byte": "bytes"}
_NAMES: Final = {"==": "_==_", "!=": "_!=_", "<": "_<_", "<=": "_<=_", ">": "_>_", ">=": "_>=_"}
_ANYTHING: Final = {"x-kubernetes-preserve-unknown-fields": True}
_OF_OBJECTS: Final = ("apiVersion", "kind", "metadata")
_LINE: Final = re.compile(r"[\n\r]")

Said = Mapping[str, Any]


def check_rules(said: Said, path: str) -> list[Cause]:
    """What is wrong with ``x-kubernetes-validations`` of one schema."""
    causes: list[Cause] = []
    for at, rule in enumerate(said.get(KEYWORD) or ()):
        here, text = f"{path}.{KEYWORD}[{at}]", rule.get("rule", "")
        causes += _words(rule, here)
        if not text.strip():
            causes.append(field.required(f"{here}.rule", "rule is not specified"))
            continue
        why = _wrong(text, said)
        if why:
            causes.append(field.invalid(f"{here}.rule", _shown(rule), why))
    return causes


def _words(rule: Said, path: str) -> list[Cause]:
    text, message = rule.get("rule", "").strip(), rule.get("message", "")
    causes: list[Cause] = []
    if message and not message.strip():
        causes.append(field.invalid(f"{path}.message", message, "message must be non-empty if specified"))
    elif _LINE.search(message.strip()):
        causes.append(field.invalid(f"{path}.message", message, "message must not contain line breaks"))
    elif _LINE.search(text) and not message:
        why = "message must be specified if rule contains line breaks"
        causes.append(field.required(f"{path}.message", why))
    reason = rule.get("reason")
    if reason is not None and reason not in _REASONS:
        causes.append(field.not_supported(f"{path}.reason", reason, _REASONS))
    return causes


def _wrong(text: str, said: Said) -> str:
    """cel-go's complaint about an expression, or nothing."""
    try:
        compile_text(text)
    except CelSyntaxError as error:
        why = str(error)
        if "mismatched input '<EOF>'" in why:
            return _pointed(text, len(text), f"Syntax error: mismatched input '<EOF>' expecting {_OPERAND}")
        if found := re.search(r"undeclared reference to '([^']+)'", why):
            name = found[1].rpartition(".")[2]
            called = re.search(rf"\b{re.escape(name)}\s*\(", text)
            at = called.end() - 1 if called else 0
            return _pointed(text, at, f"undeclared reference to '{name}' (in container '')")
        return _pointed(text, error.at, why)
    for name in sorted(free_names(text) - _DECLARED, key=text.find):
        at = next(re.finditer(rf"(?<![\w.]){re.escape(name)}\b", text)).start()
        return _pointed(text, at, f"undeclared reference to '{name}' (in container '')")
    for found in _FIELDS.finditer(text):
        names = found[1].split(".")[1:]
        place = found.start(1)
        schema: Said | None = said
        for index, name in enumerate(names):
            if found[2] and index == len(names) - 1:
                break
            schema = _below(schema, name)
            if schema is None:
                tested = index == len(names) - 1 and text[: found.start()].endswith("has(")
                at = found.start() - 1 if tested else place
                return _pointed(text, at, f"undefined field '{name}'")
            place += len(name) + 1
    return _mistyped(text, said)


def _mistyped(text: str, said: Said) -> str:
    if _LITERAL.fullmatch(text):
        return "cel expression must evaluate to a bool"
    alone = _ALONE.fullmatch(text)
    if alone and _type(_reached(said, alone[1])) not in ("", "bool"):
        return "cel expression must evaluate to a bool"
    compared = _COMPARED.fullmatch(text)
    if compared is None:
        return ""
    left, right = _type(_reached(said, compared[1])), _literal(compared[3])
    if not left or left == right or {left, right} <= {"int", "double"}:
        return ""
    why = f"found no matching overload for '{_NAMES[compared[2]]}' applied to '({left}, {right})'"
    return _pointed(text, compared.start(2), why)


def _below(schema: Said | None, name: str) -> Said | None:
    """The schema of a field; one that takes anything has every field."""
    if schema is None:
        return None
    known = schema.get("properties") or {}
    if unescaped(name) in known:
        found: Said = known[unescaped(name)]
        return found
    additional = schema.get("additionalProperties")
    if isinstance(additional, Mapping):
        return additional
    free = additional or schema.get("x-kubernetes-preserve-unknown-fields")
    return _ANYTHING if free or name in _OF_OBJECTS else None


def _reached(said: Said, chain: str) -> Said | None:
    schema: Said | None = said
    for name in chain.split(".")[1:]:
        schema = _below(schema, name)
    return schema


def _type(schema: Said | None) -> str:
    """The CEL type of a value, where it is a plain one."""
    if schema is None or schema.get("x-kubernetes-int-or-string"):
        return ""
    if schema.get("type") == "string" and schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _TYPES.get(schema.get("type", ""), "")


def _literal(text: str) -> str:
    if text in ("true", "false"):
        return "bool"
    if text[0] in "'\"":
        return "string"
    return "double" if "." in text else "int"


def _pointed(text: str, at: int, why: str) -> str:
    """With the line and a caret below the place."""
    return f"compilation failed: ERROR: <input>:1:{at + 1}: {why}\n | {text}\n | {'.' * at}^"


def _shown(rule: Said) -> dict[str, Any]:
    """As Go shows its internal form."""
    return {
        "Rule": rule.get("rule", ""),
        "Message": rule.get("message", ""),
        "MessageExpression": rule.get("messageExpression", ""),
        "Reason": rule.get("reason"),
        "FieldPath": rule.get("fieldPath", ""),
        "OptionalOldSelf": rule.get("optionalOldSelf"),
    }
