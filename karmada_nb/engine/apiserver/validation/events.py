"""Events, in the form of either API group. Follows pkg/apis/core/validation/events.go."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SHORT: Final = ("reportingInstance", "action", "reason")
_SHORT_LIMIT: Final = 128
_NOTE_LIMIT: Final = 1024
_OLD_FORM: Final = {
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "source": "deprecatedSource",
}
"""What only events of the old form have: its name in messages, and in the new form."""
_FIXED: Final = {
    "involvedObject": "regarding",
    "reason": "reason",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "type": "type",
    "eventTime": "eventTime",
    "action": "action",
    "related": "related",
    "reportingController": "reportingController",
    "reportingInstance": "reportingInstance",
}
"""What may not change in an event of the new form: its name in messages, and in the object."""
_STRUCTS: Final = {
    "regarding": "core/v1.ObjectReference",
    "related": "core/v1.ObjectReference",
    "deprecatedSource": "core/v1.EventSource",
}
_EMPTY: Final = {
    "deprecatedFirstTimestamp": None,
    "deprecatedLastTimestamp": None,
    "eventTime": None,
    "deprecatedCount": 0,
}
"""What stands for a field of which nothing is said, where that is not the empty text."""


def validate_event(obj: Object) -> list[Cause]:
    causes = _in_both_forms(obj)
    if obj.get("apiVersion") == "v1":
        return causes
    causes += _series(obj)
    if not obj.get("eventTime"):
        causes.append(field.required("eventTime"))
    if obj.get("type") not in ("Normal", "Warning"):
        causes.append(field.invalid("type", "", f"has invalid value: {obj.get('type', '')}"))
    for said, name in _OLD_FORM.items():
        if obj.get(name):
            causes.append(field.invalid(said, "", "needs to be unset"))
    return causes


def validate_event_change(obj: Object, old: Object) -> list[Cause]:
    causes = _in_both_forms(obj)
    if obj.get("apiVersion") == "v1":
        return causes
    if obj.get("series") != old.get("series"):
        causes += _series(obj)
    for said, name in _FIXED.items():
        new, was = obj.get(name), old.get(name)
        if name in _STRUCTS:
            causes += field.immutable_struct(said, _STRUCTS[name], new, was)
        elif name == "reason":
            causes += field.immutable(said, new or "", was or "") * 2
        else:
            causes += field.immutable(said, _EMPTY.get(name, "") if new is None else new, was)
    return causes


def _in_both_forms(obj: Object) -> list[Cause]:
    """``legacyValidateEvent``: an event lives where its object lives, or in ``default``."""
    about = obj.get("involvedObject") or obj.get("regarding") or {}
    place, own = about.get("namespace", ""), meta.namespace(obj)
    modern = bool(obj.get("eventTime"))
    homes = ("default", "kube-system") if modern else ("default", "")
    wrong = own not in homes if not place else not modern and place != own
    causes: list[Cause] = []
    if wrong:
        causes.append(field.invalid("involvedObject.namespace", place, "does not match event.namespace"))
    return causes + (_reported(obj) if modern else [])


def _reported(obj: Object) -> list[Cause]:
    reporter = "reportingComponent" if obj.get("apiVersion") == "v1" else "reportingController"
    controller = obj.get(reporter, "")
    causes = [] if controller else [field.required(reporter)]
    causes += field.each(reporter, controller, qualified_name(controller))
    for name in _SHORT:
        value = obj.get(name, "")
        if not value:
            causes.append(field.required(name))
        elif len(value.encode()) > _SHORT_LIMIT:
            causes.append(field.invalid(name, "", f"can have at most {_SHORT_LIMIT} characters"))
    note = obj.get("message") or obj.get("note") or ""
    if len(note.encode()) > _NOTE_LIMIT:
        causes.append(field.invalid("message", "", f"can have at most {_NOTE_LIMIT} characters"))
    return causes


def _series(obj: Object) -> list[Cause]:
    series = obj.get("series")
    if series is None:
        return []
    causes: list[Cause] = []
    if series.get("count", 0) < 2:
        causes.append(field.invalid("series.count", "", "should be at least 2"))
    if not series.get("lastObservedTime"):
        causes.append(field.required("series.lastObservedTime"))
    return causes
