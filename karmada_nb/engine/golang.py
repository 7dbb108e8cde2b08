"""What Go's standard library reads as a number or as JSON, and its words where a text is neither.

Follows encoding/json (the scanner's faults), strconv and ``time.Duration``.
"""

import math
from decimal import Decimal
from typing import Any, Final

JSON_MAP: Final = "map[string]interface {}"
"""The Go type of an object of any kind."""
_END: Final = "unexpected end of JSON input"
_SPACE: Final = b" \t\r\n"
_ESCAPES: Final = b'"\\/bfnrt'
_SCANNED: Final = 128 * 1024
"""Bytes that are scanned for the place of a fault: this is Python's speed, while others wait."""
_HEX: Final = b"0123456789abcdefABCDEF"


def json_type(value: Any) -> str:
    """What encoding/json calls the form of a value: ``object``, ``array``, ``string`` ..."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    return "null" if value is None else "object"


def cannot_unmarshal(value: Any, wanted: str, struct_field: str = "") -> str:
    """``json.UnmarshalTypeError``: a value that does not fit the Go type ``wanted``.

    ``struct_field`` says where it stands (``ScaleSpec.spec.replicas``). A number that an integer cannot
    hold is spelt out.
    """
    found = json_type(value)
    if found == "number" and wanted.startswith(("int", "uint")):
        found = f"number {value}"
    place = f"struct field {struct_field}" if struct_field else "value"
    return f"json: cannot unmarshal {found} into Go {place} of type {wanted}"


class _Fault(Exception):
    """Where the scan ended; the message is the exception's only argument."""


def json_error(data: bytes) -> str:
    """Why ``data`` is no JSON value, as ``json.Unmarshal`` says it; of long data only its kind of fault.

    Empty where the scanner finds no fault: Go lets bytes that are no UTF-8 pass.
    """
    if len(data) > _SCANNED:
        return _END if data.rstrip()[-1:] not in b"]}" else "invalid character in JSON input"
    try:
        at = _space(data, _value(data, _space(data, 0)))
        if at < len(data):
            return f"invalid character {_quoted(data, at)} after top-level value"
    except _Fault as fault:
        return str(fault)
    except RecursionError:
        return "exceeded max depth"
    return ""


def _space(data: bytes, at: int) -> int:
    while at < len(data) and data[at] in _SPACE:
        at += 1
    return at


def _quoted(data: bytes, at: int) -> str:
    char = chr(data[at])
    if char == "'":
        return "'\\''"
    if char == '"':
        return "'\"'"
    if char in "\n\t\r":
        return {"\n": "'\\n'", "\t": "'\\t'", "\r": "'\\r'"}[char]
    if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0:
        return f"'\\x{ord(char):02x}'"
    return f"'{char}'"


def _fail(data: bytes, at: int, context: str) -> _Fault:
    if at >= len(data):
        return _Fault(_END)
    return _Fault(f"invalid character {_quoted(data, at)} {context}")


def _value(data: bytes, at: int) -> int:
    head = data[at : at + 1]
    if head == b"{":
        return _object(data, at + 1)
    if head == b"[":
        return _array(data, at + 1)
    if head == b'"':
        return _string(data, at + 1)
    for word in (b"true", b"false", b"null"):
        if head == word[:1]:
            return _literal(data, at, word)
    if head and head in b"-0123456789":
        return _number(data, at)
    raise _fail(data, at, "looking for beginning of value")


def _object(data: bytes, at: int) -> int:
    at = _space(data, at)
    if data[at : at + 1] == b"}":
        return at + 1
    while True:
        if data[at : at + 1] != b'"':
            raise _fail(data, at, "looking for beginning of object key string")
        at = _space(data, _string(data, at + 1))
        if data[at : at + 1] != b":":
            raise _fail(data, at, "after object key")
        at = _space(data, _value(data, _space(data, at + 1)))
        if data[at : at + 1] == b"}":
            return at + 1
        if data[at : at + 1] != b",":
            raise _fail(data, at, "after object key:value pair")
        at = _space(data, at + 1)


def _array(data: bytes, at: int) -> int:
    at = _space(data, at)
    if data[at : at + 1] == b"]":
        return at + 1
    while True:
        at = _space(data, _value(data, at))
        if data[at : at + 1] == b"]":
            return at + 1
        if data[at : at + 1] != b",":
            raise _fail(data, at, "after array element")
        at = _space(data, at + 1)


def _string(data: bytes, at: int) -> int:
    while at < len(data):
        char = data[at]
        if char == 0x22:
            return at + 1
        if char < 0x20:
            raise _fail(data, at, "in string literal")
        if char == 0x5C:
            at = _escape(data, at + 1)
        else:
            at += 1
    raise _Fault(_END)


def _escape(data: bytes, at: int) -> int:
    if data[at : at + 1] == b"u":
        for index in range(at + 1, at + 5):
            if index >= len(data) or data[index] not in _HEX:
                raise _fail(data, index, "in \\u hexadecimal character escape")
        return at + 5
    if at >= len(data) or data[at] not in _ESCAPES:
        raise _fail(data, at, "in string escape code")
    return at + 1


def _literal(data: bytes, at: int, word: bytes) -> int:
    for offset in range(1, len(word)):
        if data[at + offset : at + offset + 1] != word[offset : offset + 1]:
            expecting = f"(expecting '{chr(word[offset])}')"
            raise _fail(data, at + offset, f"in literal {word.decode()} {expecting}")
    return at + len(word)


def _number(data: bytes, at: int) -> int:
    if data[at : at + 1] == b"-":
        at += 1
        if not data[at : at + 1].isdigit():
            raise _fail(data, at, "in numeric literal")
    if data[at : at + 1] == b"0":
        at += 1
    else:
        at = _digits(data, at)
    if data[at : at + 1] == b".":
        if not data[at + 1 : at + 2].isdigit():
            raise _fail(data, at + 1, "after decimal point in numeric literal")
        at = _digits(data, at + 1)
    if data[at : at + 1] in (b"e", b"E"):
        at += 1
        if data[at : at + 1] in (b"+", b"-"):
            at += 1
        if not data[at : at + 1].isdigit():
            raise _fail(data, at, "in exponent of numeric literal")
        at = _digits(data, at)
    return at


def _digits(data: bytes, at: int) -> int:
    while data[at : at + 1].isdigit():
        at += 1
    return at


def is_number(text: str) -> bool:
    """Decimal digits and nothing else; ``str.isdigit`` takes other alphabets' digits for such, too."""
    return text.isascii() and text.isdigit()


def parse_int(text: str) -> int:
    """``strconv.ParseInt`` of a 64-bit decimal. Raises ValueError with Go's text."""
    if not is_number(text[1:] if text[:1] in ("+", "-") else text):
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return value


def float_text(value: float) -> str:
    """``strconv.FormatFloat(value, 'g', -1, 64)``, as fmt prints a float64: ``7``, ``1.234567e+06``."""
    if not math.isfinite(value):
        return {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
    sign, digits, shift = Decimal(repr(value)).normalize().as_tuple()
    exponent = len(digits) - 1 + int(shift)
    if value and not -4 <= exponent < 6:
        first, *rest = map(str, digits)
        mantissa = first + ("." + "".join(rest) if rest else "")
        return f"{'-' * sign}{mantissa}e{exponent:+03d}"
    return repr(value).removesuffix(".0")


def duration(nanoseconds: int) -> str:
    """``time.Duration.String``: ``1h0m0.5s``, ``100ms``, ``0s``."""
    if nanoseconds < 0:
        return "-" + duration(-nanoseconds)
    if nanoseconds < 10**9:
        for unit, size in (("ms", 10**6), ("µs", 10**3), ("ns", 1)):
            if nanoseconds >= size:
                return f"{_decimal(nanoseconds, size)}{unit}"
        return "0s"
    minutes, rest = divmod(nanoseconds, 60 * 10**9)
    seconds = f"{_decimal(rest, 10**9)}s"
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def _decimal(value: int, size: int) -> str:
    whole, part = divmod(value, size)
    digits = len(str(size)) - 1
    return f"{whole}.{part:0{digits}d}".rstrip("0").rstrip(".") if part else str(whole)
