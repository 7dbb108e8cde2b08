"""Claims and volumes are bound to each other.

Follows pkg/controller/volume/persistentvolume/pv_controller.go.
"""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import CLAIMS, PODS, Context
from karmada_nb.engine.controllers.volumes import match
from karmada_nb.engine.controllers.volumes.match import CLASSES, VOLUMES
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

CLAIM_INDEX: Final = "claim"


def by_claim(pod: Object) -> Iterable[str]:
    """Index: the claims that a pod uses, ``namespace/name``."""
    return [
        f"{meta.namespace(pod)}/{volume['persistentVolumeClaim']['claimName']}"
        for volume in meta.dig(pod, "spec", "volumes", default=[])
        if volume.get("persistentVolumeClaim")
    ]


class PersistentVolumeController:
    """Keys with a namespace are claims, those without are volumes."""

    name = "persistentvolume-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._claims = context.informers(*CLAIMS)
        self._volumes = context.informers(*VOLUMES)
        self._classes = context.informers(*CLASSES)
        self._pods = context.informers(*PODS)
        self._pods.add_index(CLAIM_INDEX, by_claim)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._claims, self._claim_changed)
        yield Watch(self._volumes, self._volume_changed)
        yield Watch(self._classes, self._class_changed)
        yield Watch(self._pods, self._user_scheduled)

    def _claim_changed(self, event: Event) -> Iterable[Key]:
        yield meta.key(event.object)
        volume = meta.dig(event.object, "spec", "volumeName")
        if volume:
            yield Key("", volume)

    def _volume_changed(self, event: Event) -> Iterable[Key]:
        yield from itself(event)
        reference = meta.dig(event.object, "spec", "claimRef")
        if reference:
            yield Key(reference.get("namespace", ""), reference["name"])
        else:
            yield from self._unbound()

    def _class_changed(self, event: Event) -> Iterable[Key]:
        return self._unbound()

    def _unbound(self) -> list[Key]:
        return [
            meta.key(claim)
            for claim in self._claims.items()
            if match.BIND_COMPLETED not in meta.annotations(claim)
        ]

    def _user_scheduled(self, event: Event) -> Iterable[Key]:
        """The claims of a pod that has come, or has got its node."""
        old, new = event.old, event.new
        if new is None or (old is not None and old["spec"] is new["spec"]):
            return ()
        return [Key(*name.split("/", 1)) for name in by_claim(new)]

    async def reconcile(self, key: Key) -> Result:
        if key.namespace:
            claim = self._claims.get(key)
            if claim is not None and not meta.deleting(claim):
                await self._claim(claim)
            return DONE
        volume = self._volumes.get(key)
        if volume is not None:
            await self._volume(volume)
        return DONE

    async def _claim(self, claim: Object) -> None:
        name = claim["spec"].get("volumeName")
        if match.BIND_COMPLETED in meta.annotations(claim):
            await self._keep(claim, name or "")
            return
        if name:
            volume = self._volumes.get(Key("", name))
            taken = volume is not None and meta.dig(volume, "spec", "claimRef") is not None
            if volume is None or (taken and not match.is_for(volume, claim)):
                return
        else:
            volume = match.best(self._volumes.items(), claim)
        if volume is None:
            await self._wait(claim)
        else:
            await self._bind(claim, volume)

    async def _keep(self, claim: Object, name: str) -> None:
        """A bound claim follows its volume, or is lost with it."""
        volume = self._volumes.get(Key("", name))
        if volume is None or not match.is_for(volume, claim):
            if meta.dig(claim, "status", "phase") != "Lost":
                await self._status(claim, {"phase": "Lost"})
                text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
                await self._events.event(claim, "Warning", "ClaimLost", text)
            return
        await self._status(claim, _bound(volume))

    async def _wait(self, claim: Object) -> None:
        """No volume fits: say what the claim waits for."""
        storage = claim["spec"].get("storageClassName") or ""
        found = self._classes.get(Key("", storage)) if storage else None
        if found is None:
            if storage:
                text = f'storageclass.storage.k8s.io "{storage}" not found'
                await self._events.event(claim, "Warning", "ProvisioningFailed", text)
            else:
                text = "no persistent volumes available for this claim and no storage class is set"
                await self._events.event(claim, "Normal", "FailedBinding", text)
            return
        users = self._pods.by_index(CLAIM_INDEX, str(meta.key(claim)))
        node = next((n for pod in users if (n := meta.dig(pod, "spec", "nodeName"))), "")
        said = meta.annotations(claim)
        if found.get("volumeBindingMode") == "WaitForFirstConsumer" and not node:
            text = "waiting for first consumer to be created before binding"
            await self._events.event(claim, "Normal", "WaitForFirstConsumer", text)
            return
        if found["provisioner"] == "kubernetes.io/no-provisioner":
            return
        noted = {match.PROVISIONER: found["provisioner"], match.PROVISIONER_BETA: found["provisioner"]}
        if node:
            noted[match.SELECTED_NODE] = node
        if not noted.items() <= said.items():
            await self._client.update(CLAIMS, meta.with_metadata(claim, annotations={**said, **noted}))
            text = (
                f"Waiting for a volume to be created either by the external provisioner "
                f"'{found['provisioner']}' or manually by the system administrator. If volume creation is "
                "delayed, please verify that the provisioner is running and correctly registered."
            )
            await self._events.event(claim, "Normal", "ExternalProvisioning", text)

    async def _bind(self, claim: Object, volume: Object) -> None:
        wanted = match.reference(claim)
        kept = meta.dig(volume, "spec", "claimRef")
        if kept is None or not kept.get("uid"):
            by_us = {} if kept else {match.BOUND_BY: "yes"}
            volume = meta.replace(volume, ["spec", "claimRef"], wanted)
            said = {**meta.annotations(volume), **by_us}
            volume = await self._client.update(VOLUMES, meta.with_metadata(volume, annotations=said or None))
        await self._phase(volume, "Bound")
        said = {**meta.annotations(claim), match.BIND_COMPLETED: "yes"}
        if not claim["spec"].get("volumeName"):
            said[match.BOUND_BY] = "yes"
        claim = meta.with_metadata(claim, annotations=said)
        claim = meta.replace(claim, ["spec", "volumeName"], meta.name(volume))
        claim = await self._client.update(CLAIMS, claim)
        await self._status(claim, _bound(volume))

    async def _status(self, claim: Object, status: Object) -> None:
        if status != claim.get("status"):
            await self._client.update(CLAIMS, {**claim, "status": status}, "status")

    async def _volume(self, volume: Object) -> None:
        reference = meta.dig(volume, "spec", "claimRef")
        if reference is None or not reference.get("uid"):
            await self._phase(volume, "Available")
            return
        claim = self._claims.get(Key(reference.get("namespace", ""), reference["name"]))
        if claim is not None and meta.uid(claim) == reference["uid"]:
            if claim["spec"].get("volumeName") == meta.name(volume):
                await self._phase(volume, "Bound")
            return
        volume = await self._phase(volume, "Released")
        made_for_it = match.PROVISIONED_BY in meta.annotations(volume)
        goes = made_for_it and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
        if goes and not meta.deleting(volume):
            try:
                await self._client.delete(VOLUMES, meta.name(volume), uid=meta.uid(volume))
            except StatusError as error:
                if error.code not in (404, 409):
                    raise

    async def _phase(self, volume: Object, phase: str) -> Object:
        if meta.dig(volume, "status", "phase") == phase:
            return volume
        status = {"phase": phase, "lastPhaseTransitionTime": meta.rfc3339(self._clock.now())}
        return await self._client.update(VOLUMES, {**volume, "status": status}, "status")


def _bound(volume: Object) -> Object:
    return {
        "phase": "Bound",
        "accessModes": volume["spec"].get("accessModes") or [],
        "capacity": volume["spec"]["capacity"],
    }
