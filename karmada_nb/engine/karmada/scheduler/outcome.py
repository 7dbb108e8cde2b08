"""What one turn of the scheduler wants done: patches to send, in order, and events to record.

The patches are JSON merge patches. A controller sends them one by one and stops at the first that fails;
then it tries the binding again and records that failure instead of the events here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    BINDING_REASON_QUOTA_EXCEEDED,
    BINDING_REASON_SCHEDULER_ERROR,
    EVENT_REASON_SCHEDULE_BINDING_FAILED,
    EVENT_REASON_SCHEDULE_BINDING_SUCCEED,
    POLICY_PLACEMENT_ANNOTATION,
    SCHEDULED,
)
from karmada_nb.engine.karmada.scheduler.placement import placement_text
from karmada_nb.engine.karmada.scheduler.schedule import ScheduleResult
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster, to_objects
from karmada_nb.engine.meta import Object


class Patch(NamedTuple):
    """A merge patch of the binding (``subresource`` is ``""``) or of its ``status``."""

    subresource: str
    body: Object


class BindingEvent(NamedTuple):
    """An event to record twice: on the binding, then on the template that ``spec.resource`` refers to."""

    type: str
    reason: str
    message: str


@dataclass(slots=True)
class Outcome:
    """``retry`` is set where the binding goes back to the queue: an UnschedulableError waits for clusters
    to change, any other error is tried again with backoff. ``error`` is what the condition tells."""

    patches: list[Patch] = field(default_factory=list)
    events: list[BindingEvent] = field(default_factory=list)
    result: ScheduleResult | None = None
    error: ScheduleError | None = None
    retry: ScheduleError | None = None

    def applied_to(self, binding: Object) -> Object:
        """The binding as it is when all patches went through."""
        for patch in self.patches:
            binding = _merged(binding, patch.body)
        return binding


def succeeded(message: str) -> BindingEvent:
    return BindingEvent("Normal", EVENT_REASON_SCHEDULE_BINDING_SUCCEED, message)


def failed(error: ScheduleError) -> BindingEvent:
    return BindingEvent("Warning", EVENT_REASON_SCHEDULE_BINDING_FAILED, error.message)


def name_in_text(binding: Object) -> str:
    """``namespace/name``, or the name alone for cluster scope, as messages put it."""
    return str(meta.key(binding))


def patch_result(
    binding: Object, targets: Iterable[TargetCluster], placement: Mapping[str, Any] | None = None
) -> list[Patch]:
    """The patch that writes the result and the placement it came from; none where both stand already."""
    body: Object = {}
    text = placement_text(binding["spec"]["placement"] if placement is None else placement)
    if meta.annotations(binding).get(POLICY_PLACEMENT_ANNOTATION) != text:
        body["metadata"] = {"annotations": {POLICY_PLACEMENT_ANNOTATION: text}}
    before = [{k: v for k, v in t.items() if v} for t in binding["spec"].get("clusters") or ()]
    after = to_objects(targets)
    if before != after:
        body["spec"] = {"clusters": after or None}
    return [Patch("", body)] if body else []


def refused(binding: Object, error: StatusError, now: datetime) -> list[Patch]:
    """The condition of a binding whose result the API server did not take."""
    status = binding.get("status") or {}
    exceeded = (error.code, error.reason) == (403, BINDING_REASON_QUOTA_EXCEEDED)
    reason = BINDING_REASON_QUOTA_EXCEEDED if exceeded else BINDING_REASON_SCHEDULER_ERROR
    conditions = status.get("conditions") or ()
    after = meta.set_condition(conditions, SCHEDULED, "False", reason, error.message, now)
    return patch_status(status, {**status, "conditions": after})


def patch_status(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Patch]:
    """The patch that takes a status from ``before`` to ``after``; none where they are equal."""
    changed = {k: v for k, v in after.items() if before.get(k) != v}
    gone = {k: None for k in before if k not in after}
    return [Patch("status", {"status": {**changed, **gone}})] if changed or gone else []


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, Mapping):
        return patch
    out = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = _merged(out.get(key), value)
    return out
