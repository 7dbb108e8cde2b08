"""Keeps the registry in step with the CustomResourceDefinitions in the store.

A definition is served the moment it is written; its status (accepted names, conditions) follows in the
next turn of the loop, as upstream's naming and establishing controllers would write it.
"""

import asyncio

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd.resources import resources, storage_name
from karmada_nb.engine.apiserver.resource import Registry, Resource
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions, ListOptions
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Change, StoreKey

STORAGE = "customresourcedefinitions.apiextensions.k8s.io"
_CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


class Registrar:
    """``start`` registers what is stored and follows every change from then on."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._served: dict[str, list[Resource]] = {}

    def start(self) -> None:
        for record in self._api.store.items(STORAGE):
            self._serve(record.object)
        self._api.store.subscribe(STORAGE, self._changed)

    def _changed(self, change: Change) -> None:
        crd = change.record.object
        if change.deleted:
            self._withdraw(meta.name(crd))
            return
        before = change.previous.object if change.previous is not None else None
        if before is None or before["spec"] != crd["spec"]:
            self._serve(crd)
        asyncio.get_running_loop().call_soon(self._follow, meta.name(crd))

    def _serve(self, crd: Object) -> None:
        self._withdraw(meta.name(crd))
        if self._conflict(crd):
            return
        made = resources(crd)
        self._served[meta.name(crd)] = made
        self._api.registry.add(*made)

    def _withdraw(self, name: str) -> None:
        made = self._served.pop(name, None)
        if made:
            self._api.registry.remove(*made)

    def _conflict(self, crd: Object) -> str:
        """Why the names cannot be had, or nothing."""
        spec = crd["spec"]
        taken = {(r.group, r.kind): r for r in _others(self._api.registry, spec["group"], storage_name(crd))}
        if (spec["group"], spec["names"]["kind"]) in taken:
            return f'"{spec["names"]["kind"]}" is already in use'
        return ""

    def _follow(self, name: str) -> None:
        """Write the status that the definition has earned, or clean up behind one that goes."""
        record = self._api.store.get(StoreKey(STORAGE, "", name))
        if record is None:
            return
        crd = record.object
        if meta.deleting(crd):
            self._clean_up(crd)
            return
        status = _status(crd, self._conflict(crd), self._api)
        if status == crd.get("status"):
            return
        resource = self._api.registry.resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
        call = Call(manager="kube-apiserver")
        self._api.update(resource, "", name, {**crd, "status": status}, call, "status")

    def _clean_up(self, crd: Object) -> None:
        """Delete every instance; the last one gone, let the definition go."""
        if _CLEANUP not in meta.finalizers(crd):
            return
        made = self._served.get(meta.name(crd)) or resources(crd)
        if made:
            call = Call(manager="kube-apiserver")
            storage = next(v["name"] for v in crd["spec"]["versions"] if v.get("storage"))
            best = next((r for r in made if r.version == storage), made[0])
            self._api.delete_collection(best, "", ListOptions(), DeleteOptions(), call)
        if self._api.store.count(storage_name(crd)):
            self._wait_for_instances(crd)
            return
        resource = self._api.registry.resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
        kept = [f for f in meta.finalizers(crd) if f != _CLEANUP]
        freed = meta.with_metadata(crd, finalizers=kept or None)
        self._api.update(resource, "", meta.name(crd), freed, Call(manager="kube-apiserver"))

    def _wait_for_instances(self, crd: Object) -> None:
        """Come back when an instance that had to be waited for has changed."""
        loop = asyncio.get_running_loop()
        waiting = [True]

        def changed(_: Change) -> None:
            if waiting:
                waiting.clear()
                loop.call_soon(again)

        def again() -> None:
            stop()
            self._follow(meta.name(crd))

        stop = self._api.store.subscribe(storage_name(crd), changed)


def _others(registry: Registry, group: str, storage: str) -> list[Resource]:
    return [r for r in registry if r.group == group and r.storage != storage]


def _status(crd: Object, conflict: str, api: Api) -> Object:
    spec, status, now = crd["spec"], crd.get("status") or {}, api.clock.now()
    names = spec["names"]
    conditions = status.get("conditions") or []
    if conflict:
        verdict = ("False", "KindConflict", conflict)
    else:
        verdict = ("True", "NoConflicts", "no conflicts found")
    conditions = meta.set_condition(conditions, "NamesAccepted", *verdict, now)
    if not conflict:
        text = "the initial names have been accepted"
        conditions = meta.set_condition(conditions, "Established", "True", "InitialNamesAccepted", text, now)
    stored = list(status.get("storedVersions") or [])
    current = next(v["name"] for v in spec["versions"] if v.get("storage"))
    if current not in stored:
        stored.append(current)
    accepted = status.get("acceptedNames") if conflict else names
    return {
        "conditions": conditions,
        "acceptedNames": accepted or {"plural": "", "kind": ""},
        "storedVersions": stored,
    }
