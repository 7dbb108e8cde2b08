"""CronFederatedHPA.

Follows pkg/webhook/cronfederatedhpa/validating.go; what counts as a schedule is adhocore/gronx's notion,
which lets a single 0 pass in every field and judges days of the month and of the week only as far as it must.
"""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.metadata import validate_metadata
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.metrics import validate_reference
from karmada_nb.engine.karmada.constants import AUTOSCALING_API_VERSION
from karmada_nb.engine.meta import Object

_MACROS: Final = frozenset(
    {
        "@yearly",
        "@annually",
        "@monthly",
        "@weekly",
        "@daily",
        "@hourly",
        "@always",
        "@5minutes",
        "@10minutes",
        "@15minutes",
        "@30minutes",
        "@everysecond",
    }
)
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NUMBERS: Final = {
    **{name: str(number) for number, name in enumerate(_DAYS)},
    **{name: str(number) for number, name in enumerate(_MONTHS, 1)},
}
_NAMES: Final = re.compile("|".join(_NUMBERS))
_BOUNDS: Final = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7), (1, 9999))
"""Second, minute, hour, day, month, weekday, year."""
_DAY, _WEEKDAY = 3, 5


def is_valid_schedule(expression: str) -> bool:
    """Whether ``expression`` is a cron schedule of five fields, six (with seconds or a year) or seven."""
    expression = expression.strip(" \t")
    if expression.lower() in _MACROS:
        return True
    fields = _NAMES.sub(lambda match: _NUMBERS[match[0]], expression.upper()).split()
    if len(fields) == 5 or (len(fields) == 6 and re.search(r"\d{4}", fields[5], re.ASCII)):
        fields = ["0", *fields]
    if not 6 <= len(fields) <= 7:
        return False
    return all(_valid_field(text, place) for place, text in enumerate(fields))


def _valid_field(text: str, place: int) -> bool:
    return text in ("*", "?") or all(_valid_item(item, place) for item in text.split(","))


def _valid_item(item: str, place: int) -> bool:
    low, high = _BOUNDS[place]
    if item in ("*", "?", "0"):
        return True
    if place == _DAY and re.match(r"L$|\d+W", item, re.ASCII):
        return True
    if place == _WEEKDAY and re.match(r"\d+L|\d+#\d+$", item, re.ASCII):
        return True
    if "/" in item:
        return _valid_step(item, low, high)
    if place == _WEEKDAY:
        item = item.replace("7-", "0-", 1)
    return _within(item, low, high)


def _valid_step(item: str, low: int, high: int) -> bool:
    span, _, step = item.partition("/")
    if not re.fullmatch(r"[+-]?\d+", step, re.ASCII) or int(step) == 0:
        return False
    return span in ("*", "0") or _within(span, low, high)


def _within(span: str, low: int, high: int) -> bool:
    """A number or a range of them inside the bounds."""
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", span, re.ASCII)
    return match is not None and low <= int(match[1]) <= int(match[2] or match[1]) <= high


def validate_cron_federated_hpa(cron: Object) -> list[Cause]:
    out = validate_metadata(cron, True, names.dns_subdomain, builtin=False)
    spec = cron.get("spec") or {}
    target = spec.get("scaleTargetRef") or {}
    kind = target.get("kind", "")
    scales_fhpa = target.get("apiVersion") == AUTOSCALING_API_VERSION
    if scales_fhpa and kind != "FederatedHPA":
        detail = f"invalid scaleTargetRef kind: {kind}, only support FederatedHPA"
        return [*out, field.invalid("spec.scaleTargetRef.kind", kind, detail)]
    out += validate_reference(target, "spec.scaleTargetRef")
    seen: set[str] = set()
    for index, rule in enumerate(spec.get("rules") or []):
        path, name = f"spec.rules[{index}]", rule.get("name", "")
        if name in seen:
            out.append(field.duplicate(f"{path}.name", name))
        seen.add(name)
        out += _when(rule, path)
        out += _fhpa_replicas(rule, path) if scales_fhpa else _replicas(rule, kind, path)
    return out


def _when(rule: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    schedule, zone = rule.get("schedule", ""), rule.get("timeZone")
    if not is_valid_schedule(schedule):
        out.append(field.invalid(f"{path}.schedule", schedule, "invalid cron format"))
    if zone and zone not in ("UTC", "Local"):
        complaint = _zone_complaint(zone)
        if complaint:
            out.append(field.invalid(f"{path}.timeZone", zone, complaint))
    return out


def _zone_complaint(zone: str) -> str:
    if ".." in zone or zone.startswith(("/", "\\")):
        return "time: invalid location name"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"unknown time zone {zone}"
    return ""


def _fhpa_replicas(rule: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    least, most = rule.get("targetMinReplicas"), rule.get("targetMaxReplicas")
    if least is None and most is None:
        detail = (
            "targetMinReplicas and targetMaxReplicas cannot be nil at the same time if you want to scale "
            "FederatedHPA"
        )
        out.append(field.invalid(f"{path}.targetMaxReplicas", "", detail))
    least = 1 if least is None else least
    most = 2**31 - 1 if most is None else most
    if least <= 0:
        detail = "targetMinReplicas should be larger than 0"
        out.append(field.invalid(f"{path}.targetMinReplicas", "", detail))
    if most <= 0:
        detail = "targetMaxReplicas should be larger than 0"
        out.append(field.invalid(f"{path}.targetMaxReplicas", "", detail))
    if least > most:
        detail = "targetMaxReplicas should be larger than or equal to targetMinReplicas"
        out.append(field.invalid(f"{path}.targetMinReplicas", "", detail))
    return out


def _replicas(rule: Object, kind: str, path: str) -> list[Cause]:
    replicas, where = rule.get("targetReplicas"), f"{path}.targetReplicas"
    if replicas is None:
        return [field.invalid(where, "", f"targetReplicas cannot be nil if you want to scale {kind}")]
    if replicas < 0:
        return [field.invalid(where, "", "targetReplicas should be larger than or equal to 0")]
    return []
