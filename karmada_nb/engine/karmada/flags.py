"""What the commands of Karmada's deployments say, for the flags that a lab heeds.

Follows the options of cmd/controller-manager, cmd/webhook and cmd/scheduler. A flag that is not heeded here
changes nothing, and a value that cannot be read leaves the default, as a component that does not start
leaves the old one running.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.gates import FAILOVER, FeatureGates
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.meta import Object

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)", re.ASCII)
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h))+", re.ASCII)
_TRUE: Final = frozenset({"true", "1", "t"})


def of_controller_manager(deployment: Object | None, options: Options) -> Options:
    """``options``, and above them what the deployment karmada-controller-manager says."""
    said = flags_of(deployment)
    timers, evictions = options.timers, options.evictions

    def seconds(flag: str, default: float) -> float:
        return seconds_of(said, flag, default)

    timeout = seconds("failover-eviction-timeout", timers.failover_eviction_timeout.total_seconds())
    graceful = seconds("graceful-eviction-timeout", evictions.graceful_timeout.total_seconds())
    return replace(
        options,
        gates=_gates(said.get("feature-gates", ""), options.gates),
        controllers=said.get("controllers", options.controllers),
        evictions=replace(
            evictions,
            no_execute_taints=_switch(said, "enable-no-execute-taint-eviction", evictions.no_execute_taints),
            graceful_timeout=timedelta(seconds=graceful),
        ),
        timers=replace(
            timers,
            status_update=seconds("cluster-status-update-frequency", timers.status_update),
            failure_threshold=seconds("cluster-failure-threshold", timers.failure_threshold),
            success_threshold=seconds("cluster-success-threshold", timers.success_threshold),
            failover_eviction_timeout=timedelta(seconds=timeout),
        ),
    )


def of_webhook(deployment: Object | None, options: Options) -> Options:
    """The same for the deployment karmada-webhook."""
    allowed = _switch(
        flags_of(deployment), "allow-no-execute-taint-policy", options.allow_no_execute_taint_policy
    )
    return replace(options, allow_no_execute_taint_policy=allowed)


def of_scheduler(deployment: Object | None, options: Options) -> Options:
    """The same for the deployment karmada-scheduler; its gates are heeded in the article's edition only."""
    said = flags_of(deployment)
    gates = _gates(said.get("feature-gates", ""), FeatureGates())
    return replace(
        options,
        scheduler_failover=gates.switched.get(FAILOVER, options.scheduler_failover),
        scheduler_estimator=_switch(said, "enable-scheduler-estimator", options.scheduler_estimator),
    )


def flags_of(deployment: Object | None) -> dict[str, str]:
    """``--name=value`` of the first container's command and arguments; a later one wins."""
    containers = meta.dig(deployment or {}, "spec", "template", "spec", "containers", default=[])
    words: Iterable[str] = [
        word for c in containers[:1] for word in (*(c.get("command") or ()), *(c.get("args") or ()))
    ]
    pairs = (word[2:].partition("=") for word in words if word.startswith("--"))
    return {name: value if equals else "true" for name, equals, value in pairs}


def seconds_of(said: dict[str, str], flag: str, default: float) -> float:
    """The value of a flag that is a duration; ``default`` where it is not given, or no duration."""
    found = _seconds(said.get(flag, ""))
    return default if found is None else found


def _switch(said: dict[str, str], flag: str, default: bool) -> bool:
    return said[flag].lower() in _TRUE if flag in said else default


def _seconds(text: str) -> float | None:
    """A duration as Go writes it, such as ``1m30s``; None for anything else."""
    if not _DURATION.fullmatch(text):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def _gates(text: str, gates: FeatureGates) -> FeatureGates:
    try:
        said = FeatureGates.parse(text)
    except ValueError:
        return gates
    return FeatureGates({**gates.switched, **said.switched})
