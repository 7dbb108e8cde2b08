"""``resource.Quantity``: amounts such as ``500m``, ``1.5Gi``, ``1e3``.

Follows k8s.io/apimachinery pkg/api/resource/quantity.go: three families of suffixes (binary, decimal,
exponent), canonical output in the family of the input, precision down to 1n (rounded up).
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Final

_BINARY: Final = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL: Final = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "G": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
    "P": Decimal(10) ** 15,
    "E": Decimal(10) ** 18,
}
_FORM: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?", re.ASCII)

_FACTORS: Final = 18
_NANO: Final = -9

INVALID: Final = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


@lru_cache(maxsize=4096)
def parse(text: str | int | float) -> Decimal:
    """The exact value of a quantity. Raises ValueError with upstream's text for anything else."""
    match = _FORM.fullmatch(str(text))
    if match is None:
        raise ValueError(INVALID)
    number, suffix = Decimal(match[1]), match[2] or ""
    if suffix in _BINARY:
        value = number * _BINARY[suffix]
    elif suffix in _DECIMAL:
        value = number * _DECIMAL[suffix]
    else:
        value = number.scaleb(int(suffix[1:]))
    nano = value.scaleb(9)
    if nano != nano.to_integral_value():
        value = nano.to_integral_value(ROUND_CEILING).scaleb(-9)
    return value


def family(text: str | int | float) -> str:
    """The family a quantity was written in: ``binary``, ``exponent`` or ``decimal``."""
    match = _FORM.fullmatch(str(text))
    suffix = (match[2] or "") if match else ""
    if suffix in _BINARY:
        return "binary"
    return "exponent" if suffix[:1] in ("e", "E") and len(suffix) > 1 else "decimal"


def render(value: Decimal, form: str = "decimal") -> str:
    """The canonical text of ``value`` in a family: the largest suffix that leaves a whole number."""
    if value == 0:
        return "0"
    if form == "binary" and value == value.to_integral_value() and abs(value) >= 1024:
        whole = int(value)
        for suffix, size in reversed(_BINARY.items()):
            if whole % size == 0:
                return f"{whole // size}{suffix}"
        return str(whole)
    for suffix, scale in reversed(_DECIMAL.items()):
        scaled = value / scale
        if scaled == scaled.to_integral_value():
            power = int(scale.log10())
            if form == "exponent" and power:
                return f"{int(scaled)}e{power}"
            return f"{int(scaled)}{suffix}"
    raise ValueError(INVALID)


def canonical(text: str | int | float) -> str:
    """The text that the API server would store for a quantity.

    That is what was written, where ``ParseQuantity`` takes it for canonical at first sight: ``1.500k``.
    """
    value = parse(text)
    return str(text) if _looks_canonical(str(text)) else render(value, family(text))


def _looks_canonical(text: str) -> bool:
    match = _FORM.fullmatch(text)
    assert match is not None
    suffix = match[2] or ""
    whole, _, fraction = match[1].lstrip("+-").partition(".")
    whole = whole.lstrip("0") or "0"
    if suffix in _BINARY:
        power = _BINARY[suffix].bit_length() - 1
        short = len(whole) + power * 3 // 10 < 15
        return not fraction and short and int(whole) % 8 != 0
    scale = int(_DECIMAL[suffix].log10()) if suffix in _DECIMAL else int(suffix[1:])
    scale -= len(fraction)
    digits = whole + fraction
    return (
        len(digits) <= _FACTORS
        and scale >= _NANO
        and scale % 3 == 0
        and not digits.endswith("000")
        and digits[0] != "0"
    )


def milli(text: str | int | float) -> int:
    """``MilliValue``: thousandths, rounded up."""
    return int((parse(text) * 1000).to_integral_value(ROUND_CEILING))


def value(text: str | int | float) -> int:
    """``Value``: whole units, rounded up."""
    return int(parse(text).to_integral_value(ROUND_CEILING))
