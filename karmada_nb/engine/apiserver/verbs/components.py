"""ComponentStatus: nothing is stored; how the components are is asked when somebody reads it.

Follows pkg/registry/core/componentstatus/rest.go.
"""

from typing import Final

from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs.call import ListOptions
from karmada_nb.engine.apiserver.verbs.read import Page
from karmada_nb.engine.apiserver.verbs.select import predicate
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record, StoreKey

STORAGE: Final = "componentstatuses"
PORTS: Final = {"controller-manager": 10257, "scheduler": 10259}
"""Where the API server looks for those that are not its storage."""


class Components:
    """The components that one API server knows of. ``running`` names those that answer."""

    def __init__(self) -> None:
        self.running: set[str] = {"etcd-0"}

    def get(self, name: str) -> Record:
        """Raises 404, with the kind as upstream spells it here."""
        for record in self._all():
            if record.key.name == name:
                return record
        details = {"name": name, "kind": "componentstatus"}
        raise StatusError(404, "NotFound", f'componentstatus "{name}" not found', details)

    def page(self, resource: Resource, options: ListOptions) -> Page:
        holds = predicate(resource, options.label_selector, options.field_selector)
        return Page([r for r in self._all() if holds is None or holds(r.object)], 0)

    def _all(self) -> list[Record]:
        return [Record(StoreKey(STORAGE, "", n), 0, self._status(n)) for n in (*PORTS, "etcd-0")]

    def _status(self, name: str) -> Object:
        if name in self.running:
            healthy, said = "True", "ok"
        else:
            at = f"127.0.0.1:{PORTS[name]}"
            healthy, said = "False", f'Get "https://{at}/healthz": dial tcp {at}: connect: connection refused'
        condition = {"type": "Healthy", "status": healthy, "message": said}
        return {
            "kind": "ComponentStatus",
            "apiVersion": "v1",
            "metadata": {"name": name},
            "conditions": [condition],
        }
