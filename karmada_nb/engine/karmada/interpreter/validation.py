"""Whether what somebody names as dependencies can be found at all.

Follows pkg/util/interpreter/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.meta import Object


def verify_dependencies(references: Sequence[Object]) -> None:
    """Raises InterpreterError that tells every ``DependentObjectReference`` that is incomplete."""
    problems: list[Cause] = []
    for index, reference in enumerate(references):
        path = f"dependencies[{index}]"
        for name in ("apiVersion", "kind"):
            if not reference.get(name):
                problems.append(field.invalid(f"{path}.{name}", "", f"missing required {name}"))
        selector = reference.get("labelSelector")
        if not reference.get("name") and selector is None:
            detail = "dependency can not leave name and labelSelector all empty"
            shown = {"apiVersion": "", "kind": "", **reference}
            problems.append(field.invalid(path, shown, detail))
        problems += validate_selector(selector, f"{path}.labelSelector")
    texts = list(dict.fromkeys(f"{problem.field}: {problem.message}" for problem in problems))
    if texts:
        raise InterpreterError(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
