"""Texts that many tables share: ages, lists of containers, labels.

Follows k8s.io/apimachinery pkg/util/duration/duration.go and pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column
from karmada_nb.engine.meta import Object

NONE: Final = "<none>"
UNKNOWN: Final = "<unknown>"

NAME_COLUMN: Final = Column("Name", format="name", doc="meta.v1.ObjectMeta.name")
AGE_COLUMN: Final = Column("Age", doc="meta.v1.ObjectMeta.creationTimestamp")
_SECOND: Final = 1
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400
_YEAR: Final = 365 * _DAY


def wide(name: str, description: str = "", kind: str = "string", doc: str = "") -> Column:
    """A column that only ``-o wide`` shows."""
    return Column(name, kind, description=description, priority=1, doc=doc)


def number(name: str, description: str = "", doc: str = "") -> Column:
    return Column(name, "integer", description=description, doc=doc)


def human_duration(seconds: float) -> str:
    """``HumanDuration``: two units at most, and the second only while it matters."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 0:
        return "0s"
    if whole < 2 * _MINUTE:
        return f"{whole}s"
    minutes = whole // _MINUTE
    if minutes < 10:
        return _two(minutes, "m", whole % _MINUTE, "s")
    if minutes < 3 * 60:
        return f"{minutes}m"
    hours = whole // _HOUR
    if hours < 8:
        return _two(hours, "h", whole // _MINUTE % 60, "m")
    if hours < 48:
        return f"{hours}h"
    days = hours // 24
    if hours < 8 * 24:
        return _two(days, "d", hours % 24, "h")
    if days < 365 * 2:
        return f"{days}d"
    years = days // 365
    return _two(years, "y", days % 365, "d") if days < 365 * 8 else f"{years}y"


def _two(great: int, great_unit: str, small: int, small_unit: str) -> str:
    return f"{great}{great_unit}{small}{small_unit}" if small else f"{great}{great_unit}"


def since(stamp: str | None, now: datetime) -> str:
    """The time since a stamp, or ``<unknown>`` for none."""
    if not stamp:
        return UNKNOWN
    return human_duration((now - meta.parse_time(stamp)).total_seconds())


def age(obj: Object, now: datetime) -> str:
    return since(meta.metadata(obj).get("creationTimestamp"), now)


def pairs(labels: Mapping[str, str] | None) -> str:
    """``FormatLabels``: ``a=b,c=d`` in the order of keys."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE


def selector_text(selector: Object | None) -> str:
    """``FormatLabelSelector``: a selector as a query string has it."""
    if selector is None:
        return NONE
    terms = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for item in selector.get("matchExpressions") or []:
        key, values = item.get("key", ""), ",".join(sorted(item.get("values") or []))
        match item.get("operator"):
            case "In":
                terms.append((key, f"{key} in ({values})"))
            case "NotIn":
                terms.append((key, f"{key} notin ({values})"))
            case "Exists":
                terms.append((key, key))
            case "DoesNotExist":
                terms.append((key, f"!{key}"))
    return ",".join(text for _, text in sorted(terms)) or NONE


def containers(template: Object | None) -> tuple[str, str]:
    """Names and images of a template's containers."""
    found = meta.dig(template, "spec", "containers", default=[])
    return (
        ",".join(container.get("name", "") for container in found),
        ",".join(container.get("image", "") for container in found),
    )


def count(obj: Object, *path: str) -> int:
    return int(meta.dig(obj, *path, default=0))


def text(value: Any, absent: str = NONE) -> str:
    """A value in words, or what stands for nothing."""
    if value is None or value == "":
        return absent
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def joined(values: Iterable[str], absent: str = NONE) -> str:
    return ",".join(values) or absent


def load_balancer(status: Object | None) -> str:
    """Addresses of a load balancer, sorted; ``""`` for none."""
    points = meta.dig(status, "loadBalancer", "ingress", default=[])
    found = {point.get("ip") or point.get("hostname") or "" for point in points}
    return ",".join(sorted(found - {""}))
