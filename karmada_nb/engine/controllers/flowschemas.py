"""Says of each FlowSchema whether the priority level that it names is there.

Follows presyncFlowSchemaStatus in k8s.io/apiserver pkg/util/flowcontrol/apf_controller.go.
"""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.flowcontrol import GROUP
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

SCHEMAS: Final = Resource(GROUP, "v1", "flowschemas")
LEVELS: Final = Resource(GROUP, "v1", "prioritylevelconfigurations")
_WORDS: Final = {
    True: ("False", "Found", "and it exists"),
    False: ("True", "NotFound", "but there is no such object"),
}
"""By whether the level is there: status, reason, and how the message ends."""


class FlowSchemaStatus:
    name = "api-priority-and-fairness-config-consumer-v1"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._clock = context.clock
        self._schemas = context.informers(*SCHEMAS)
        self._levels = context.informers(*LEVELS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._schemas, itself)
        yield Watch(self._levels, self._naming)

    def _naming(self, event: Event) -> Iterable[Key]:
        """The schemas of a level that has come or gone."""
        if event.old is not None and event.new is not None:
            return []
        level = meta.name(event.object)
        return [meta.key(schema) for schema in self._schemas.items() if _level(schema) == level]

    async def reconcile(self, key: Key) -> Result:
        schema = self._schemas.get(key)
        if schema is None:
            return DONE
        level = _level(schema)
        status, reason, words = _WORDS[self._levels.get(Key("", level)) is not None]
        subject = f'This FlowSchema references the PriorityLevelConfiguration object named "{level}"'
        message = f"{subject} {words}"
        said = {"type": "Dangling", "status": status, "reason": reason, "message": message}
        conditions: list[Object] = meta.dig(schema, "status", "conditions", default=[])
        before: Object = next((c for c in conditions if c.get("type") == "Dangling"), {})
        if any(before.get(name) != value for name, value in said.items()):
            said["lastTransitionTime"] = meta.rfc3339(self._clock.now())
            others = [c for c in conditions if c.get("type") != "Dangling"]
            changed = {**schema, "status": {"conditions": [*others, said]}}
            await self._client.update(SCHEMAS, changed, "status")
        return DONE


def _level(schema: Object) -> str:
    name: str = meta.dig(schema, "spec", "priorityLevelConfiguration", "name", default="")
    return name
