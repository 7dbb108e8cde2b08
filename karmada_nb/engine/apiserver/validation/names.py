"""What names, label keys and label values may look like.

Follows k8s.io/apimachinery pkg/util/validation/validation.go and pkg/api/validate/content. Every check
answers a list of complaints; an empty list is a good name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_1035: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
_WILDCARD: Final = rf"\*\.{_SUBDOMAIN}"
_KEY: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE: Final = f"({_KEY})?"
_CONFIG_KEY: Final = "[-._a-zA-Z0-9]+"
_PERCENT: Final = "[0-9]+%"
_HEADER: Final = "[-A-Za-z0-9]+"

_LABEL_RE: Final = re.compile(_LABEL)
_SUBDOMAIN_RE: Final = re.compile(_SUBDOMAIN)
_LABEL_1035_RE: Final = re.compile(_LABEL_1035)
_WILDCARD_RE: Final = re.compile(_WILDCARD)
_KEY_RE: Final = re.compile(_KEY)
_VALUE_RE: Final = re.compile(_VALUE)
_CONFIG_KEY_RE: Final = re.compile(_CONFIG_KEY)
_SEARCH_LABEL: Final = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SEARCH: Final = rf"{_SEARCH_LABEL}(\.{_SEARCH_LABEL})*"
_SEARCH_RE: Final = re.compile(_SEARCH)
_PERCENT_RE: Final = re.compile(_PERCENT)
_HEADER_RE: Final = re.compile(_HEADER)
_PORT_CHARS: Final = re.compile("[-a-z0-9]+")

EMPTY: Final = "must be non-empty"
_KEY_RULE: Final = (
    "must consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)


def regex_error(rule: str, pattern: str, *examples: str) -> str:
    """The text that names a rule, gives examples, and shows the expression."""
    if not examples:
        return f"{rule} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{pattern}')"


def max_length(length: int) -> str:
    return f"must be no more than {length} characters"


def between(low: int, high: int) -> str:
    return f"must be between {low} and {high}, inclusive"


@lru_cache(maxsize=4096)
def _subdomain(name: str) -> tuple[str, ...]:
    found = [max_length(253)] if len(name) > 253 else []
    if not _SUBDOMAIN_RE.fullmatch(name):
        rule = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
            "and must start and end with an alphanumeric character"
        )
        found.append(regex_error(rule, _SUBDOMAIN, "example.com"))
    return tuple(found)


def dns_subdomain(name: str) -> list[str]:
    """``IsDNS1123Subdomain``: labels joined by dots, 253 characters at most."""
    return list(_subdomain(name))


def dns_search(name: str) -> list[str]:
    """``IsDNS1123SubdomainWithUnderscore``: a domain in which to look names up."""
    found = [max_length(253)] if len(name) > 253 else []
    if not _SEARCH_RE.fullmatch(name):
        rule = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            "'_', '-' or '.', and must start and end with an alphanumeric character"
        )
        found.append(regex_error(rule, _SEARCH, "example.com"))
    return found


def dns_label(name: str) -> list[str]:
    """``IsDNS1123Label``: one label, 63 characters at most."""
    found = [max_length(63)] if len(name) > 63 else []
    if not _LABEL_RE.fullmatch(name):
        if _SUBDOMAIN_RE.fullmatch(name):
            found.append("must not contain dots")
        else:
            rule = (
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
                "and must start and end with an alphanumeric character"
            )
            found.append(regex_error(rule, _LABEL, "my-name", "123-abc"))
    return found


def dns_1035_label(name: str) -> list[str]:
    """``IsDNS1035Label``: a label that starts with a letter."""
    found = [max_length(63)] if len(name) > 63 else []
    if not _LABEL_1035_RE.fullmatch(name):
        rule = (
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
            "start with an alphabetic character, and end with an alphanumeric character"
        )
        found.append(regex_error(rule, _LABEL_1035, "my-name", "abc-123"))
    return found


def wildcard_subdomain(name: str) -> list[str]:
    """``IsWildcardDNS1123Subdomain``: ``*.`` and a subdomain."""
    found = [max_length(253)] if len(name) > 253 else []
    if not _WILDCARD_RE.fullmatch(name):
        rule = (
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which "
            "must consist of lower case alphanumeric characters, '-' or '.' "
            "and end with an alphanumeric character"
        )
        found.append(regex_error(rule, _WILDCARD, "*.example.com"))
    return found


@lru_cache(maxsize=4096)
def _qualified(key: str) -> tuple[str, ...]:
    parts = key.split("/")
    found: list[str] = []
    if len(parts) > 2:
        rule = regex_error(f"a valid label key {_KEY_RULE}", _KEY, "MyName", "my.name", "123-abc")
        return (f"{rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)
    if len(parts) == 2:
        found += [f"prefix part {text}" for text in (_subdomain(parts[0]) if parts[0] else (EMPTY,))]
    name = parts[-1]
    if not name:
        found.append(f"name part {EMPTY}")
    elif len(name) > 63:
        found.append("name part must be no more than 63 bytes")
    if not _KEY_RE.fullmatch(name):
        found.append(regex_error(f"name part {_KEY_RULE}", _KEY, "MyName", "my.name", "123-abc"))
    return tuple(found)


def qualified_name(key: str) -> list[str]:
    """``IsQualifiedName``: a label key, with or without a DNS prefix."""
    return list(_qualified(key))


@lru_cache(maxsize=4096)
def _value(text: str) -> tuple[str, ...]:
    found = ["must be no more than 63 bytes"] if len(text) > 63 else []
    if not _VALUE_RE.fullmatch(text):
        rule = (
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
            "and must start and end with an alphanumeric character"
        )
        found.append(regex_error(rule, _VALUE, "MyValue", "my_value", "12345"))
    return tuple(found)


def label_value(text: str) -> list[str]:
    """``IsValidLabelValue``."""
    return list(_value(text))


def path_segment(name: str) -> list[str]:
    """``IsValidPathSegmentName``: what can stand between two slashes of a URL."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{char}'" for char in ("/", "%") if char in name]


def port_number(port: int) -> list[str]:
    """``IsValidPortNum``."""
    return [] if 1 <= port <= 65535 else [between(1, 65535)]


def port_name(name: str) -> list[str]:
    """``IsValidPortName``: an IANA service name."""
    found = [max_length(15)] if len(name) > 15 else []
    if not _PORT_CHARS.fullmatch(name):
        found.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", name):
        found.append("must contain at least one letter (a-z)")
    if "--" in name:
        found.append("must not contain consecutive hyphens")
    if name.startswith("-") or name.endswith("-"):
        found.append("must not begin or end with a hyphen")
    return found


def percent(text: str) -> list[str]:
    """``IsValidPercent``."""
    if _PERCENT_RE.fullmatch(text):
        return []
    rule = "a valid percent string must be a numeric string followed by an ending '%'"
    return [regex_error(rule, _PERCENT, "1%", "93%")]


def http_header(name: str) -> list[str]:
    """``IsHTTPHeaderName``."""
    if _HEADER_RE.fullmatch(name):
        return []
    rule = "a valid HTTP header must consist of alphanumeric characters or '-'"
    return [regex_error(rule, _HEADER, "X-Header-Name")]


def env_name(name: str) -> list[str]:
    """``IsRelaxedEnvVarName``: printable ASCII without ``=``."""
    found = [] if name else [f"environment variable name {EMPTY}"]
    if any(not " " <= char <= "~" or char == "=" for char in name):
        found.append(
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
        )
    return found


def config_key(key: str) -> list[str]:
    """``IsConfigMapKey``: a key of a ConfigMap or Secret, usable as a file name."""
    found = [max_length(253)] if len(key) > 253 else []
    if not _CONFIG_KEY_RE.fullmatch(key):
        rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        found.append(regex_error(rule, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if key in (".", ".."):
        found.append(f"must not be '{key}'")
    elif key.startswith(".."):
        found.append("must not start with '..'")
    return found
