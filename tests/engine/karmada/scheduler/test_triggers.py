"""A request for a reschedule and a schedule in the same second: which came first."""

from __future__ import annotations

from karmada_nb.engine.karmada.scheduler.assignment import reschedule_required
from karmada_nb.engine.karmada.scheduler.triggers import Triggers
from karmada_nb.engine.meta import Object, key

SECOND = "2026-01-01T00:00:10Z"
NEXT = "2026-01-01T00:00:11Z"


def bound(triggered: str | None, scheduled: str | None, uid: str = "one") -> Object:
    return {
        "metadata": {"namespace": "default", "name": "pipy-deployment", "uid": uid},
        "spec": {"rescheduleTriggeredAt": triggered} if triggered else {},
        "status": {"lastScheduledTime": scheduled} if scheduled else {},
    }


def required(triggers: Triggers, binding: Object) -> bool:
    ordered = triggers.ordered(binding)
    return reschedule_required(ordered["spec"], ordered["status"])


def test_a_request_after_the_schedule_of_the_same_second_counts_until_it_is_served() -> None:
    triggers, asked = Triggers(), bound(SECOND, SECOND)
    triggers.served(bound(None, None))
    assert required(triggers, asked)
    triggers.served(asked)
    assert not required(triggers, asked)
    assert required(triggers, bound(NEXT, SECOND))


def test_an_older_request_than_the_last_schedule_is_not_heeded() -> None:
    triggers = Triggers()
    triggers.served(bound(None, SECOND))
    assert not required(triggers, bound(SECOND, NEXT))


def test_without_memory_the_stamps_decide() -> None:
    """After a restart, and for a binding made again under the name of one that was deleted."""
    triggers = Triggers()
    assert not required(triggers, bound(SECOND, SECOND))
    assert required(triggers, bound(NEXT, SECOND))
    triggers.served(bound(None, SECOND))
    assert not required(triggers, bound(SECOND, SECOND, uid="another"))
    triggers.forget(key(bound(None, None)))
    assert not required(triggers, bound(SECOND, SECOND))
