"""DaemonSets.

Follows pkg/apis/apps/v1/{defaults,conversion}.go, pkg/apis/apps/validation/validation.go and
pkg/registry/apps/daemonset/strategy.go. The template's own generation is an annotation.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import golang, meta
from karmada_nb.engine.apiserver.strategies.filling import fill, within
from karmada_nb.engine.apiserver.strategies.podspec import default_template
from karmada_nb.engine.apiserver.strategies.workload import Workload, default_rolling
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.amounts import at_most_all, int_or_percent, number_of
from karmada_nb.engine.apiserver.validation.pod import validate_template
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.apiserver.validation.workload import always_restarting, same_selector, selected
from karmada_nb.engine.apiserver.warnings.workloads import of_spec
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

TEMPLATE_GENERATION: Final = "deprecated.daemonset.template.generation"
_SPEC: Final = {"updateStrategy": {}, "revisionHistoryLimit": 10}
_ROLLING: Final = {"maxUnavailable": 1, "maxSurge": 0}
_COUNTS: Final = (
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
)


class DaemonSet(Workload):
    blank_status = {
        "currentNumberScheduled": 0,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 0,
        "numberReady": 0,
    }

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_spec)

    def prepare_create(self, obj: Object) -> Object:
        obj = super().prepare_create(obj)
        asked = meta.annotations(obj).get(TEMPLATE_GENERATION, "")
        return _counted(obj, int(asked) if golang.is_number(asked) and int(asked) > 0 else 1)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        obj = super().prepare_update(obj, old)
        before = meta.annotations(old).get(TEMPLATE_GENERATION, "1")
        count = int(before) if golang.is_number(before) else 1
        changed = meta.dig(obj, "spec", "template") != meta.dig(old, "spec", "template")
        return _counted(obj, count + 1 if changed else count)

    def validate_spec(self, spec: Object, old: Object | None) -> list[Cause]:
        return same_selector(spec, old) + _spec(spec, (old or {}).get("template"))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_spec(obj, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        status = obj.get("status") or {}
        return [cause for name in _COUNTS for cause in field.non_negative(f"status.{name}", status.get(name))]


def _counted(obj: Object, count: int) -> Object:
    annotations = meta.annotations(obj)
    if annotations.get(TEMPLATE_GENERATION) == str(count):
        return obj
    return meta.with_metadata(obj, annotations={**annotations, TEMPLATE_GENERATION: str(count)})


def _default_spec(spec: Object) -> Object:
    spec = fill(within(spec, "template", default_template), _SPEC)
    return within(spec, "updateStrategy", lambda strategy: default_rolling(strategy, _ROLLING))


def _spec(spec: Object, old_template: Object | None) -> list[Cause]:
    selector, template = spec.get("selector"), spec.get("template") or {}
    causes = validate_selector(selector, "spec.selector") + selected(selector, template, "spec.template")
    if selector is not None and not any(selector.values()):
        causes.append(field.invalid("spec.selector", {}, "empty selector is invalid for daemonset"))
    if template is not old_template and template != old_template:
        causes += validate_template(template, "spec.template")
        causes += always_restarting(template, "DaemonSet", "spec.template")
    causes += field.non_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    causes += _update_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    return causes + field.non_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit"))


def _update_strategy(strategy: Object, path: str) -> list[Cause]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return []
    if kind != "RollingUpdate":
        shown = {"Type": kind, "RollingUpdate": rolling}
        return [field.not_supported(path, shown, ("RollingUpdate", "OnDelete"))]
    if rolling is None:
        return [field.required(f"{path}.rollingUpdate")]
    at = f"{path}.rollingUpdate"
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    causes = int_or_percent(unavailable, f"{at}.maxUnavailable")
    causes += int_or_percent(surge, f"{at}.maxSurge")
    if number_of(unavailable) and number_of(surge):
        why = "may not be set when maxUnavailable is non-zero"
        causes.append(field.invalid(f"{at}.maxSurge", surge, why))
    elif not number_of(unavailable) and not number_of(surge):
        causes.append(field.required(f"{at}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    causes += at_most_all(unavailable, f"{at}.maxUnavailable")
    return causes + at_most_all(surge, f"{at}.maxSurge")
