"""The endpointslice controller: what Works hold of exported services, as slices of the derived Service.

Follows pkg/controllers/mcs/endpointslice_controller.go. v1.2 cleaned up after a Work that was gone; today's
keeps the Work until it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.mcs.collector import SLICES
from karmada_nb.engine.karmada.controllers.work_origin import manifests
from karmada_nb.engine.karmada.controllers.writing import create_or_update, update
from karmada_nb.engine.karmada.mcs.imported import imported_slice, mark_of, mark_on, updated_slice
from karmada_nb.engine.karmada.plane import WORKS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

_INDEX: Final = "imported from"


class EndpointSliceController:
    """One key a Work."""

    name = "endpointslice-controller"

    def __init__(self, plane: Plane) -> None:
        self._edition = plane.edition
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._works = plane.informers(*WORKS)
        self._slices = plane.informers(*SLICES)
        self._slices.add_index(_INDEX, self._marks)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._works, self._changed)

    async def reconcile(self, key: Key) -> Result:
        work = self._works.get(key)
        if work is None:
            if self._edition == words.ARTICLE:
                await self._remove(str(key))
            return DONE
        if meta.deleting(work) or not _exported(work):
            if self._edition != words.ARTICLE:
                await self._remove(mark_of(work, self._edition))
                await update(self._client, WORKS, self._works, key, _without_finalizer)
            return DONE
        for manifest in manifests(work):
            wanted = imported_slice(work, manifest, self._edition)
            await self._write(wanted)
        return DONE

    async def _write(self, wanted: Object) -> None:
        await create_or_update(
            self._client, SLICES, self._slices, wanted, lambda existing: updated_slice(existing, wanted)
        )

    async def _remove(self, mark: str) -> None:
        for found in self._slices.by_index(_INDEX, mark) if mark else ():
            try:
                await self._client.delete(SLICES, meta.name(found), meta.namespace(found))
            except StatusError as error:
                if error.code != 404:
                    raise

    def _marks(self, endpoint_slice: Object) -> Iterable[str]:
        mark = mark_on(endpoint_slice, self._edition)
        return (mark,) if mark else ()

    def _changed(self, event: Event) -> Iterable[Key]:
        """A Work of an exported service, or one that was until now."""
        if any(obj is not None and _exported(obj) for obj in event):
            return (meta.key(event.object),)
        return ()


def _exported(work: Object) -> bool:
    return bool(meta.labels(work).get(words.SERVICE_NAME_LABEL))


def _without_finalizer(work: Object) -> Object:
    finalizer = words.ENDPOINT_SLICE_CONTROLLER_FINALIZER
    if finalizer not in meta.finalizers(work):
        return work
    left = [f for f in meta.finalizers(work) if f != finalizer]
    return meta.with_metadata(work, finalizers=left or None)
