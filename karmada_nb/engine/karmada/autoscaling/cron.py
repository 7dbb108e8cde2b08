"""CronFederatedHPAs: when a rule is due, and the history of what it did.

Follows pkg/controllers/cronfederatedhpa/cronfederatedhpa_handler.go and cronfederatedhpa_job.go.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.cronjob import schedule
from karmada_nb.engine.meta import Object

DEFAULT_HISTORY_LIMIT: Final = 3
_FIELDS: Final = ("targetReplicas", "targetMaxReplicas", "targetMinReplicas")
_HISTORIES: Final = "executionHistories"


def next_run(rule: Object, now: datetime) -> datetime | None:
    """The rule's next moment after ``now``; None: never. Raises ValueError for what is no schedule.

    The webhook lets schedules with seconds pass, and this, as upstream, does not know them.
    """
    zone = rule.get("timeZone")
    local = now.astimezone(ZoneInfo(zone) if zone and zone not in ("UTC", "Local") else UTC)
    found = schedule.parse(rule["schedule"]).after(local)
    return None if found is None else found.astimezone(UTC)


def suspended(rule: Object) -> bool:
    return bool(rule.get("suspend"))


def with_next_run(cron: Object, rule: str, moment: datetime | None) -> Object:
    """The object whose status says when the rule is due next, or that it is not (None)."""

    def said(history: Object) -> Object:
        if moment is None:
            return meta.without(history, ("nextExecutionTime",))
        return {**history, "nextExecutionTime": meta.rfc3339(moment)}

    histories = meta.dig(cron, "status", _HISTORIES, default=[])
    if any(history["ruleName"] == rule for history in histories):
        return _changed(cron, rule, said)
    return meta.replace(cron, ("status", _HISTORIES), [*histories, said({"ruleName": rule})])


def without_rules(cron: Object) -> Object:
    """The object without the histories of rules that are no more."""
    names = {rule["name"] for rule in cron["spec"]["rules"]}
    histories = meta.dig(cron, "status", _HISTORIES, default=[])
    kept = [history for history in histories if history["ruleName"] in names]
    return cron if kept == histories else meta.replace(cron, ("status", _HISTORIES), kept)


def executed(
    cron: Object, rule: Object, now: datetime, following: datetime | None, error: str = ""
) -> Object:
    """The object with one more execution in the rule's history, newest first; ``error``: why it failed."""

    def told(history: Object) -> Object:
        entry: Object = {"executionTime": meta.rfc3339(now)}
        if "nextExecutionTime" in history:
            entry["scheduleTime"] = history["nextExecutionTime"]
        if error:
            entry["message"] = error
        else:
            entry |= {
                field.replace("target", "applied", 1): rule[field] for field in _FIELDS if field in rule
            }
        where, limit = (
            ("failedExecutions", rule.get("failedHistoryLimit"))
            if error
            else ("successfulExecutions", rule.get("successfulHistoryLimit"))
        )
        kept = [entry, *(history.get(where) or ())][: DEFAULT_HISTORY_LIMIT if limit is None else limit]
        return {**history, where: kept}

    return with_next_run(_changed(cron, rule["name"], told), rule["name"], following)


def _changed(cron: Object, rule: str, change: Callable[[Object], Object]) -> Object:
    histories = meta.dig(cron, "status", _HISTORIES, default=[])
    wanted = [change(history) if history["ruleName"] == rule else history for history in histories]
    return cron if wanted == histories else meta.replace(cron, ("status", _HISTORIES), wanted)


def unscalable(cron: Object) -> str:
    """Why a target of Karmada's own group cannot be scaled; ``""`` for a FederatedHPA."""
    target = cron["spec"]["scaleTargetRef"]
    if target["kind"] == "FederatedHPA":
        return ""
    what = f"{target['apiVersion']}/{target['kind']}"
    return f"CronFederatedHPA({meta.key(cron)}) do not support scale target {what}"


def rescaled(autoscaler: Object, rule: Object) -> Object:
    """The FederatedHPA with the bounds of the rule; the same object where it has them."""
    spec = autoscaler["spec"]
    bounds = {"maxReplicas": rule.get("targetMaxReplicas"), "minReplicas": rule.get("targetMinReplicas")}
    wanted = {**spec, **{field: value for field, value in bounds.items() if value is not None}}
    return autoscaler if wanted == spec else {**autoscaler, "spec": wanted}
