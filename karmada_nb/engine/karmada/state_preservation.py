"""Reading the state that a failing application leaves behind.

Follows pkg/util/helper/failover.go: a JSONPath template over the status that its old cluster reported.
"""

from __future__ import annotations

import re
from typing import Any, Final

from karmada_nb.engine.apiserver.tables import jsonpath
from karmada_nb.engine.karmada.go_json import dumps
from karmada_nb.engine.meta import Object

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")


def read_state(status: Object, template: str) -> str:
    """The template with each ``{.path}`` replaced by what is there. Raises ValueError where nothing is."""
    if template.count("{") != template.count("}"):
        raise ValueError(f"unclosed action in {template!r}")

    def found(match: re.Match[str]) -> str:
        values = jsonpath.find(jsonpath.parse(match[1]), status)
        if not values:
            raise ValueError(f'failed to execute jsonpath "{template}": {match[1].strip(". ")} is not found')
        return " ".join(_text(value) for value in values)

    return _EXPRESSION.sub(found, template)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)
