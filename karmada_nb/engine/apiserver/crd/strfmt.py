"""The formats that texts may have, and whether a text has one.

Follows k8s.io/kube-openapi pkg/validation/strfmt and pkg/internal/third_party/govalidator. Where Go parses an
address or a URI, the forms that are in use are told from those that are none.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.validation.names import dns_label, dns_subdomain
from karmada_nb.engine.apiserver.validation.network import parse_cidr, parse_ip

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK: Final = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})")
_DURATION: Final = re.compile(r"[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)", re.ASCII)
_WORDED: Final = re.compile(r"([0-9]+)[ \t\n\f\r]*([A-Za-zµ]+)")
_TOO_LARGE: Final = 2**63
_UNITS: Final = frozenset({"ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"})
_UNIT_STARTS: Final = ("nano", "micro", "milli", "sec", "min", "hour", "day", "week")
"""Beginnings of the long names of units: ``seconds``, ``secs``."""
_HOST: Final = re.compile(r"[lds](?:-?[lds]{0,62})|(?:[lds](?:[-lds]{0,61}[lds])?\.)+l{2,63}")
"""Of a name's shape: letters, digits and symbols of any alphabet."""
_LONGEST_HOST: Final = 255
_LONGEST_LABEL: Final = 63
_HEX: Final = "[0-9A-Fa-f]"
_MAC: Final = re.compile(
    rf"{_HEX}{{2}}([:-])(?:{_HEX}{{2}}\1){{4}}(?:(?:{_HEX}{{2}}\1){{2}}|(?:{_HEX}{{2}}\1){{14}})?{_HEX}{{2}}"
    rf"|{_HEX}{{12}}(?:{_HEX}{{4}}|{_HEX}{{28}})?|{_HEX}{{4}}(?:\.{_HEX}{{4}}){{2}}(?:\.{_HEX}{{4}}|(?:\.{_HEX}{{4}}){{7}})?"
)
_CARD: Final = re.compile(
    r"4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35[0-9]{3})[0-9]{11}"
)
_BYTE_VALUE: Final = r"(?:0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])"
_SPACES: Final = r"[ \t\n\f\r]*"
_PATTERNS: Final = {
    "bsonobjectid": f"{_HEX}{{24}}",
    "byte": "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})",
    "hexcolor": f"#?(?:{_HEX}{{3}}|{_HEX}{{6}})",
    "rgbcolor": (
        rf"rgb\({_SPACES}{_BYTE_VALUE}{_SPACES},{_SPACES}{_BYTE_VALUE}{_SPACES},{_SPACES}{_BYTE_VALUE}{_SPACES}\)"
    ),
    "ssn": r"(?=.{11}$)[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}",
    "uuid": f"{_HEX}{{8}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{12}}",
    "uuid3": f"{_HEX}{{8}}-?{_HEX}{{4}}-?3{_HEX}{{3}}-?{_HEX}{{4}}-?{_HEX}{{12}}",
    "uuid4": f"{_HEX}{{8}}-?{_HEX}{{4}}-?4{_HEX}{{3}}-?[89ABab]{_HEX}{{3}}-?{_HEX}{{12}}",
    "uuid5": f"{_HEX}{{8}}-?{_HEX}{{4}}-?5{_HEX}{{3}}-?[89ABab]{_HEX}{{3}}-?{_HEX}{{12}}",
}
_ATOM: Final = r"[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+"
_DOMAIN: Final = rf"(?:{_ATOM}(?:\.{_ATOM})*|\[[^\[\]\\\s]*\])"
_ADDRESS: Final = rf"(?:{_ATOM}(?:\.{_ATOM})*|\"(?:[^\"\\\r\n]|\\.)+\")@{_DOMAIN}"
_EMAIL: Final = re.compile(rf"\s*(?:{_ADDRESS}|(?:[^<>@]*\s*)<{_ADDRESS}>)\s*")
_HOST_OF_URI: Final = r"(?:\[[^\[\]/]*\]|[^\x00-\x20\x7f/?#:\[\]\\\"<>^`{|}]*)(?::[0-9]*)?"
_AUTHORITY: Final = rf"//(?:[^\x00-\x20\x7f/?#@]*@)?{_HOST_OF_URI}(?=[/?#]|$)"
_URI: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]*:(?:{_AUTHORITY}|(?!//))|/)[^\x00-\x1f\x7f]*|\*", re.DOTALL
)
_BAD_ESCAPE: Final = re.compile(f"%(?!{_HEX}{{2}})")


def _date(text: str) -> bool:
    """Go counts years from 0, which was a leap year, Python from 1."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text.replace("0000", "2000", 1) if text.startswith("0000") else text)
    except ValueError:
        return False
    return True


def _date_time(text: str) -> bool:
    day, *rest = text.lower().split("t")
    clock = _CLOCK.fullmatch(rest[0]) if rest and _date(day) else None
    return clock is not None and clock[1] <= "23" and clock[2] <= "59" and clock[3] <= "59"


def _duration(text: str) -> bool:
    """As Go writes durations, or with a unit in words somewhere: ``3 days``."""
    if _DURATION.fullmatch(text):
        return True
    found = _WORDED.findall(text)
    if any(int(number) >= _TOO_LARGE for number, _ in found):
        return False
    return any(
        unit in _UNITS or unit.startswith(_UNIT_STARTS) for unit in (said.lower() for _, said in found)
    )


def _shape(char: str) -> str:
    if char in "-.":
        return char
    kind = unicodedata.category(char)[0]
    if golang.is_number(char):
        return "d"
    return {"L": "l", "S": "s"}.get(kind, "!")


def _host_name(text: str) -> bool:
    if len(text.encode()) > _LONGEST_HOST or not _HOST.fullmatch("".join(map(_shape, text))):
        return False
    return all(len(label.encode()) <= _LONGEST_LABEL for label in text.split("."))


def _credit_card(text: str) -> bool:
    """A number of one of the companies, whose digits have the check sum of Luhn's formula."""
    digits = re.sub("[^0-9]+", "", text)
    if not _CARD.fullmatch(digits):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number % 10 + number // 10 for number in doubled) % 10 == 0


def _isbn_10(text: str) -> bool:
    digits = re.sub(r"[\s-]+", "", text, flags=re.ASCII)
    if not re.fullmatch("[0-9]{9}[0-9X]", digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(place * value for place, value in enumerate(values, 1)) % 11 == 0


def _isbn_13(text: str) -> bool:
    digits = re.sub(r"[\s-]+", "", text, flags=re.ASCII)
    if not re.fullmatch("[0-9]{13}", digits):
        return False
    return sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(digits)) % 10 == 0


def _uri(text: str) -> bool:
    return bool(_URI.fullmatch(text)) and not _BAD_ESCAPE.search(text.partition("?")[0])


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    **{name: _matches(pattern) for name, pattern in _PATTERNS.items()},
    "cidr": lambda text: parse_cidr(text) is not None,
    "creditcard": _credit_card,
    "date": _date,
    "datetime": _date_time,
    "duration": _duration,
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "hostname": _host_name,
    "k8slongname": lambda text: not dns_subdomain(text),
    "k8sshortname": lambda text: not dns_label(text),
    "ipv4": lambda text: "." in text and parse_ip(text) is not None,
    "ipv6": lambda text: ":" in text and "%" not in text and parse_ip(text) is not None,
    "isbn": lambda text: _isbn_10(text) or _isbn_13(text),
    "isbn10": _isbn_10,
    "isbn13": _isbn_13,
    "mac": lambda text: _MAC.fullmatch(text) is not None,
    "password": lambda _: True,
    "uri": _uri,
}
"""By the name without its dashes."""


def matches_format(name: str, text: str) -> bool:
    """Whether a text is of the format; a format that nobody knows takes everything."""
    check = FORMATS.get(name.replace("-", ""))
    return check is None or check(text)
