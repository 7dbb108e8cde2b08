"""The cronfederatedhpa controller: at its time, a rule sets replicas, or the bounds of a FederatedHPA.

Follows pkg/controllers/cronfederatedhpa. A rule whose time passed while nobody looked waits for its next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.autoscaling import cron as decide
from karmada_nb.engine.karmada.constants import AUTOSCALING_API_VERSION
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import MERGE_PATCH, Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event

CRONS: Final = Resource("autoscaling.karmada.io", "v1alpha1", "cronfederatedhpas")
FEDERATED_HPAS: Final = Resource("autoscaling.karmada.io", "v1alpha1", "federatedhpas")


class _Timer(NamedTuple):
    """A rule as it was when its clock was set, and its next moment."""

    rule: Object
    due: datetime | None


class CronFederatedHPAController:
    """One key a CronFederatedHPA. Its rules keep time in here, as in upstream's process."""

    name = "cronfederatedhpa-controller"

    def __init__(self, plane: Plane) -> None:
        self._clock = plane.clock
        self._served = plane.served
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(self.name)
        self._crons = plane.informers(*CRONS)
        self._autoscalers = plane.informers(*FEDERATED_HPAS)
        self._timers: dict[Key, dict[str, _Timer]] = {}
        self._targets: dict[Key, Object] = {}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._crons, spec_changed)

    async def reconcile(self, key: Key) -> Result:
        cron = self._crons.get(key)
        if cron is None or meta.deleting(cron):
            self._timers.pop(key, None)
            self._targets.pop(key, None)
            return DONE
        if self._targets.get(key) != cron["spec"]["scaleTargetRef"]:
            self._targets[key] = cron["spec"]["scaleTargetRef"]
            self._timers[key] = {}
        timers = self._timers[key]
        await self._set(key, cron, timers)
        now = self._clock.now()
        for timer in [timer for timer in timers.values() if timer.due is not None and timer.due <= now]:
            await self._run(key, timer, now)
        dues = [timer.due for timer in timers.values() if timer.due is not None]
        return Result(max(0.0, (min(dues) - now).total_seconds())) if dues else DONE

    async def _set(self, key: Key, cron: Object, timers: dict[str, _Timer]) -> None:
        """Have a timer for every rule that is not suspended, and the status say when it is due."""
        now = self._clock.now()
        rules = {rule["name"]: rule for rule in cron["spec"]["rules"]}
        for name in [name for name, timer in timers.items() if rules.get(name) != timer.rule]:
            del timers[name]
        for name, rule in rules.items():
            if name in timers:
                continue
            due = None
            if not decide.suspended(rule):
                try:
                    due = decide.next_run(rule, now)
                except ValueError as error:
                    why = f"gocron: cron expression failed to be parsed: {error}"
                    await self._recorder.event(cron, "Warning", "StartRuleFailed", why)
                    raise Retry(why) from error
                timers[name] = _Timer(rule, due)
            await self._say(key, _next(name, due))
        await self._say(key, decide.without_rules)

    async def _run(self, key: Key, timer: _Timer, now: datetime) -> None:
        rule = timer.rule
        cron = self._crons.get(key)
        if cron is None:
            return
        error = ""
        try:
            await self._scale(cron, rule)
        except StatusError as failure:
            error = failure.message
            await self._recorder.event(cron, "Warning", "ScaleFailed", error)
        following = decide.next_run(rule, now)
        self._timers[key][rule["name"]] = _Timer(rule, following)
        await self._say(key, lambda latest: decide.executed(latest, rule, now, following, error))

    async def _scale(self, cron: Object, rule: Object) -> None:
        target, namespace = cron["spec"]["scaleTargetRef"], meta.namespace(cron)
        api_version, name = target.get("apiVersion", ""), target["name"]
        if api_version == AUTOSCALING_API_VERSION:
            refused = decide.unscalable(cron)
            if refused:
                raise StatusError(400, "BadRequest", refused)
            found = await self._client.get(FEDERATED_HPAS, name, namespace)
            await update(
                self._client,
                FEDERATED_HPAS,
                self._autoscalers,
                meta.key(found),
                lambda autoscaler: decide.rescaled(autoscaler, rule),
            )
            return
        resource = self._served.of_kind(api_version, target["kind"])
        if resource is None:
            why = f'no matches for kind "{target["kind"]}" in version "{api_version}"'
            raise StatusError(404, "NotFound", why)
        found = await self._client.get(resource, name, namespace)
        replicas = rule["targetReplicas"]
        if meta.dig(found, "spec", "replicas", default=0) != replicas:
            patch = {"spec": {"replicas": replicas}}
            await self._client.patch(resource, name, patch, MERGE_PATCH, namespace, "scale")

    async def _say(self, key: Key, change: Callable[[Object], Object]) -> None:
        await update(self._client, CRONS, self._crons, key, change, "status")


def _next(rule: str, due: datetime | None) -> Callable[[Object], Object]:
    return lambda cron: decide.with_next_run(cron, rule, due)


def spec_changed(event: Event) -> Iterable[Key]:
    """``GenerationChangedPredicate``."""
    old, new = event
    if old is not None and new is not None and meta.generation(old) == meta.generation(new):
        return ()
    return (meta.key(event.object),)
