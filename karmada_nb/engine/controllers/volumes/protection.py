"""Claims that pods use, volumes that are bound and classes that are named outlive their deletion.

Follows pkg/controller/volume/{pvcprotection,pvprotection,vacprotection}.
"""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import CLAIMS, PODS, Context
from karmada_nb.engine.controllers.volumes.binder import CLAIM_INDEX, by_claim
from karmada_nb.engine.controllers.volumes.match import VOLUMES
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

CLAIM_FINALIZER: Final = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER: Final = "kubernetes.io/pv-protection"
CLASS_FINALIZER: Final = "kubernetes.io/vac-protection"
ATTRIBUTES_CLASSES: Final = Resource("storage.k8s.io", "v1", "volumeattributesclasses")


class ClaimProtection:
    name = "pvc-protection-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._claims = context.informers(*CLAIMS)
        self._pods = context.informers(*PODS)
        self._pods.add_index(CLAIM_INDEX, by_claim)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._claims, _dying)
        yield Watch(self._pods, _freed)

    async def reconcile(self, key: Key) -> Result:
        claim = self._claims.get(key)
        if claim is None or not meta.deleting(claim) or CLAIM_FINALIZER not in meta.finalizers(claim):
            return DONE
        if any(map(_uses, self._pods.by_index(CLAIM_INDEX, str(key)))):
            return DONE
        kept = [f for f in meta.finalizers(claim) if f != CLAIM_FINALIZER]
        await self._client.update(CLAIMS, meta.with_metadata(claim, finalizers=kept or None))
        return DONE


class VolumeProtection:
    name = "pv-protection-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._volumes = context.informers(*VOLUMES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._volumes, _dying)

    async def reconcile(self, key: Key) -> Result:
        volume = self._volumes.get(key)
        if volume is None or not meta.deleting(volume) or VOLUME_FINALIZER not in meta.finalizers(volume):
            return DONE
        if meta.dig(volume, "status", "phase") == "Bound":
            return DONE
        kept = [f for f in meta.finalizers(volume) if f != VOLUME_FINALIZER]
        await self._client.update(VOLUMES, meta.with_metadata(volume, finalizers=kept or None))
        return DONE


class AttributesClassProtection:
    """A class of attributes stays while a claim or a volume names it."""

    name = "volumeattributesclass-protection-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._classes = context.informers(*ATTRIBUTES_CLASSES)
        self._claims = context.informers(*CLAIMS)
        self._volumes = context.informers(*VOLUMES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._classes, _dying)
        yield Watch(self._claims, _class_left)
        yield Watch(self._volumes, _class_left)

    async def reconcile(self, key: Key) -> Result:
        found = self._classes.get(key)
        if found is None or not meta.deleting(found) or CLASS_FINALIZER not in meta.finalizers(found):
            return DONE
        if any(key.name in _classes(obj) for obj in (*self._claims.items(), *self._volumes.items())):
            return DONE
        kept = [f for f in meta.finalizers(found) if f != CLASS_FINALIZER]
        await self._client.update(ATTRIBUTES_CLASSES, meta.with_metadata(found, finalizers=kept or None))
        return DONE


def _classes(obj: Object) -> set[str]:
    """The classes of attributes that a claim or a volume has, or is to get."""
    status = obj.get("status") or {}
    return {
        meta.dig(obj, "spec", "volumeAttributesClassName", default=""),
        status.get("currentVolumeAttributesClassName", ""),
        meta.dig(status, "modifyVolumeStatus", "targetVolumeAttributesClassName", default=""),
    } - {""}


def _class_left(event: Event) -> Iterable[Key]:
    before = set() if event.old is None else _classes(event.old)
    after = set() if event.new is None else _classes(event.new)
    return [Key("", name) for name in before - after]


def _dying(event: Event) -> Iterable[Key]:
    return (meta.key(event.new),) if event.new is not None and meta.deleting(event.new) else ()


def _freed(event: Event) -> Iterable[Key]:
    """The claims of a pod that went or finished."""
    pod = event.object
    if event.new is not None and _uses(pod):
        return ()
    return [Key(*name.split("/", 1)) for name in by_claim(pod)]


def _uses(pod: Object) -> bool:
    return meta.dig(pod, "status", "phase") not in ("Succeeded", "Failed") and bool(
        meta.dig(pod, "spec", "nodeName")
    )
