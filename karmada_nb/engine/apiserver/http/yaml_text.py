"""Objects as YAML text, in the styles that Go's encoder chooses.

Follows sigs.k8s.io/yaml and go.yaml.in/yaml/v2 (encode.go, resolve.go, sorter.go): text of several lines
stands in a literal block, text that would be read as something else in double quotes; the layout is libyaml's
in both.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import Any, Final

import yaml

_TAG: Final = "tag:yaml.org,2002:"
_Base: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WORDS: Final = frozenset(
    word
    for plain in ("y", "yes", "true", "on", "n", "no", "false", "off", "null")
    for word in (plain, plain.title(), plain.upper())
) | {"", "~", "<<", ".nan", ".NaN", ".NAN"}
_NUMBER: Final = re.compile(
    r"""[-+]?(?:
        0b[01]+ | 0o?[0-7]+ | 0x[0-9a-fA-F]+ | [1-9][0-9]* | 0
      | (?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?
      | \.(?:inf|Inf|INF)
      | [0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?
    )""",
    re.X,
)
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?(?:Z|[-+][0-9]{2}:[0-9]{2}))"
    r"|(?: [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?))?"
)


class _Dumper(_Base):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(value: Any) -> bytes:
    """A JSON value as a document."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=False, allow_unicode=True, sort_keys=False
    )
    return text.encode()


def _text(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else '"' if _means_more(text) else None
    return dumper.represent_scalar(f"{_TAG}str", text, style=style)


def _means_more(text: str) -> bool:
    """Whether the plain word would be read as something other than text."""
    return (
        text in _WORDS
        or _NUMBER.fullmatch(text.replace("_", "") if text[:1] != "_" else text) is not None
        or _DATE.fullmatch(text) is not None
    )


def _map(dumper: Any, value: dict[str, Any]) -> Any:
    return dumper.represent_mapping(f"{_TAG}map", sorted(value.items(), key=_ORDER))


def _compare(left: tuple[str, Any], right: tuple[str, Any]) -> int:
    """Numbers in keys count as numbers, and letters come after other characters."""
    a, b = left[0], right[0]
    digits = False
    for at, (x, y) in enumerate(zip(a, b, strict=False)):
        if x == y:
            digits = x.isdigit()
        elif x.isalpha() and y.isalpha():
            return -1 if x < y else 1
        elif x.isalpha() or y.isalpha():
            return -1 if (x if digits else y).isalpha() else 1
        else:
            m, n = _number(a, at), _number(b, at)
            return -1 if (m, x) < (n, y) else 1
    return len(a) - len(b)


def _number(text: str, at: int) -> tuple[int, int]:
    """The number that goes on at a place, and its length; digits before it count as none but zeros."""
    end = at
    while end < len(text) and text[end].isdigit():
        end += 1
    return int(text[at:end] or 0), end - at


_ORDER: Final = cmp_to_key(_compare)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _map)
