"""The service import controller: a Service for each ServiceImport, which policies propagate with it.

Follows pkg/controllers/mcs/service_import_controller.go, today's and v1.2's, which told no events.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.mcs.imported import derived_service, derives, updated_service, with_ingress
from karmada_nb.engine.karmada.names import generate_derived_service_name
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself

IMPORTS: Final = Resource("multicluster.x-k8s.io", "v1alpha1", "serviceimports")
SERVICES: Final = Resource("", "v1", "services")


class ServiceImportController:
    """One key an import."""

    name = "service-import-controller"

    def __init__(self, plane: Plane) -> None:
        self._edition = plane.edition
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(self.name)
        self._imports = plane.informers(*IMPORTS)
        self._services = plane.informers(*SERVICES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._imports, itself)

    async def reconcile(self, key: Key) -> Result:
        found = self._imports.get(key)
        if found is None:
            await self._remove(Key(key.namespace, generate_derived_service_name(key.name)))
            return DONE
        if not derives(found, self._edition):
            return DONE
        try:
            await self._derive(found)
        except StatusError as error:
            await self._tell(found, "Warning", words.EVENT_REASON_SYNC_DERIVED_SERVICE_FAILED, str(error))
            raise
        message = f"Sync derived service for serviceImport({key.name}) succeed."
        await self._tell(found, "Normal", words.EVENT_REASON_SYNC_DERIVED_SERVICE_SUCCEED, message)
        return DONE

    async def _derive(self, service_import: Object) -> None:
        derived = derived_service(service_import)
        existing = self._services.get(meta.key(derived))
        if existing is None:
            existing = await self._client.create(SERVICES, derived, meta.namespace(derived))
        else:
            wanted = updated_service(existing, derived)
            if wanted is not existing:
                existing = await self._client.update(SERVICES, wanted)
        told = with_ingress(existing, service_import)
        if told is not existing:
            await self._client.update(SERVICES, told, "status")

    async def _remove(self, derived: Key) -> None:
        if self._services.get(derived) is None:
            return
        try:
            await self._client.delete(SERVICES, derived.name, derived.namespace)
        except StatusError as error:
            if error.code != 404:
                raise

    async def _tell(self, service_import: Object, kind: str, reason: str, message: str) -> None:
        if self._edition == words.CURRENT:
            await self._recorder.event(service_import, kind, reason, message)
