"""``Api``: one API server without HTTP. Handlers and in-process controllers are its two callers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Chain
from karmada_nb.engine.apiserver.resource import Registry, Resource
from karmada_nb.engine.apiserver.verbs import (
    components,
    create,
    delete,
    patch,
    pods,
    read,
    scale,
    update,
    write,
)
from karmada_nb.engine.apiserver.verbs.asking import Answers, Outside, Pending
from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions, ListOptions
from karmada_nb.engine.apiserver.verbs.read import Page
from karmada_nb.engine.apiserver.verbs.watch import AskingStream, WatchStream
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import APPLY_PATCH, JSON_PATCH, MERGE_PATCH
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.store import Record, Store, StoreKey

T = TypeVar("T")


class StoreReader:
    """The store as admission plugins see it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, storage: str, namespace: str, name: str) -> Object | None:
        record = self._store.get(StoreKey(storage, namespace, name))
        return None if record is None else record.object

    def items(self, storage: str, namespace: str = "") -> list[Object]:
        return [record.object for record in self._store.items(storage, namespace)]


class Api:
    """The verbs on every resource in the registry. All raise ``StatusError``; none waits.

    A write is in memory when its method returns; ``await store.durable(store.revision)`` before telling
    anybody outside the process.
    """

    def __init__(self, store: Store, registry: Registry, clock: Clock, admission: Chain) -> None:
        self.store = store
        self.registry = registry
        self.clock = clock
        self.outside: Outside | None = None
        """Who answers what a verb asks; None while nobody does."""
        self.components = components.Components()
        self._server = write.Server(store, registry, clock, admission, StoreReader(store))
        self._watches: WeakKeyDictionary[WatchStream, Resource] = WeakKeyDictionary()
        registry.on_change(self._end_watches)

    async def settle(self, call: Call, run: Callable[[], T]) -> T:
        """What ``run``, which calls a verb with ``call``, returns once everybody outside has been asked."""
        outside = self.outside
        if outside is not None and outside.needed():
            call.answers = Answers()
        while True:
            try:
                return run()
            except errors.StatusError as error:
                error.warnings = tuple(call.warnings)
                raise
            except Pending as pending:
                if outside is None:
                    raise
                call.warnings.clear()
                call.answers = answers = call.answers or Answers()
                await outside.answer(pending.questions, answers)

    async def told(self, resource: Resource, obj: Object) -> Object:
        """What a verb returned after it wrote, in the resource's version."""
        if not resource.asks or obj.get("kind") != resource.kind:
            return obj
        return await self.settle(Call(), lambda: resource.read(obj))

    def get(self, resource: Resource, namespace: str, name: str, subresource: str = "") -> Record:
        """Raises 404."""
        if resource.storage == components.STORAGE:
            return self.components.get(name)
        record = read.get(self.store, resource, namespace, name)
        if subresource == "scale":
            return Record(record.key, record.revision, scale.view(_scale(resource), record.object))
        return record

    def list(self, resource: Resource, namespace: str, options: ListOptions) -> Page:
        if resource.storage == components.STORAGE:
            return self.components.page(resource, options)
        return read.list_page(self.store, resource, namespace, options)

    def watch(self, resource: Resource, namespace: str, options: ListOptions) -> WatchStream | AskingStream:
        if not resource.asks:
            return self._watch(resource, resource, namespace, options)
        stored = self._watch(resource, replace(resource, from_storage=None), namespace, options)

        def convert(record: Record) -> Awaitable[Record]:
            return self.settle(Call(), lambda: read.converted(resource, record))

        return AskingStream(stored, convert)

    def create(
        self,
        resource: Resource,
        namespace: str,
        obj: Mapping[str, Any],
        call: Call,
        name: str = "",
        subresource: str = "",
    ) -> Object:
        """``name`` and ``subresource`` name a pod's ``binding`` or ``eviction``."""
        if not subresource:
            return _shown(resource, create.create(self._server, resource, namespace, obj, call).object)
        if subresource == "binding":
            pods.check_binding(obj)
        old = self._stored(resource, namespace, name)
        if subresource == "binding":
            pods.bind(self._server, resource, old, obj, call)
        elif subresource == "eviction":
            pods.evict(self._server, resource, old, obj, call)
        else:
            raise errors.method_not_allowed(resource.group, resource.plural, "create")
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}

    def update(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        obj: Mapping[str, Any],
        call: Call,
        subresource: str = "",
    ) -> tuple[Object, bool]:
        """Returns the object and whether it was created."""
        if subresource in ("scale", "finalize") and not meta.name(obj):
            raise update.nameless(name)
        if subresource == "scale":
            old = self._stored(resource, namespace, name)
            record = scale.replace(self._server, resource, _scale(resource), old, dict(obj), call)
            return scale.view(_scale(resource), _shown(resource, record.object)), False
        if subresource == "finalize":
            old = self._stored(resource, namespace, name)
            return pods.finalize(self._server, resource, old, dict(obj), call).object, False
        record, created = update.update(self._server, resource, namespace, name, obj, call, subresource)
        return _shown(resource, record.object), created

    def patch(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        kind: str,
        body: Any,
        call: Call,
        subresource: str = "",
    ) -> tuple[Object, bool]:
        """``kind`` is the patch's media type. Returns the object and whether it was created."""
        if subresource == "scale":
            old = self._stored(resource, namespace, name)
            if kind == APPLY_PATCH:
                patch.check_body(body)
                record = scale.apply(self._server, resource, _scale(resource), old, body, call)
                return scale.view(_scale(resource), _shown(resource, record.object)), False
            view = scale.view(_scale(resource), resource.read(old.object))
            wanted = patch.patched(resource, view, _plain(kind), body)
            record = scale.replace(self._server, resource, _scale(resource), old, wanted, call)
            return scale.view(_scale(resource), _shown(resource, record.object)), False
        record, created = patch.patch(self._server, resource, namespace, name, kind, body, call, subresource)
        return _shown(resource, record.object), created

    def connect(
        self, resource: Resource, namespace: str, name: str, options: Object, call: Call, subresource: str
    ) -> None:
        """Ask admission about a connection. Raises what it refuses with."""
        attributes = Attributes(
            resource,
            "CONNECT",
            options,
            None,
            namespace,
            name,
            subresource,
            call.user,
            answers=call.answers,
            warn=call.warn,
        )
        admission, reader = self._server.admission, self._server.reader
        seen = attributes._replace(obj=admission.admit(attributes, reader))
        admission.validate(seen, reader)

    def delete(
        self, resource: Resource, namespace: str, name: str, options: DeleteOptions, call: Call
    ) -> Object:
        """The answer to DELETE: the object while it lives on (or where its kind says so), else a Status."""
        record, gone = delete.delete(self._server, resource, namespace, name, options, call)
        if not gone or resource.strategy.returns_deleted:
            return _shown(resource, record.object)
        details = {
            "name": name,
            **({"group": resource.group} if resource.group else {}),
            "kind": resource.plural,
            "uid": meta.uid(record.object),
        }
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}

    def delete_collection(
        self,
        resource: Resource,
        namespace: str,
        selection: ListOptions,
        options: DeleteOptions,
        call: Call,
    ) -> Page:
        """Delete everything selected; returns what was there."""
        page = self.list(resource, namespace, selection)
        for record in page.records:
            try:
                delete.delete(self._server, resource, record.key.namespace, record.key.name, options, call)
            except errors.StatusError as error:
                if error.reason != "NotFound":
                    raise
        return page

    def _watch(
        self, resource: Resource, shown: Resource, namespace: str, options: ListOptions
    ) -> WatchStream:
        stream = WatchStream(self.store, shown, namespace, options)
        if resource.custom:
            self._watches[stream] = resource
        return stream

    def _end_watches(self) -> None:
        """A definition that changes or goes takes with it the watches on what it defined, as upstream's."""
        for stream, watched in list(self._watches.items()):
            if self.registry.find(watched.group, watched.version, watched.plural) is not watched:
                stream.end()

    def _stored(self, resource: Resource, namespace: str, name: str) -> Record:
        record = self.store.get(StoreKey(resource.storage, namespace, name))
        if record is None:
            raise errors.not_found(resource.group, resource.plural, name)
        return record


def _shown(resource: Resource, stored: Object) -> Object:
    """What was written, in the resource's version; as stored if somebody has to be asked for that."""
    return stored if resource.asks else resource.read(stored)


def _scale(resource: Resource) -> Any:
    if resource.scale is None:
        raise errors.StatusError(404, "NotFound", "the server could not find the requested resource", {})
    return resource.scale


def _plain(kind: str) -> str:
    """A Scale has no lists: strategic merge patches on it are merge patches."""
    return kind if kind == JSON_PATCH else MERGE_PATCH
