"""Volumes made on demand, in a folder of a node, as k3s does it.

Follows rancher/local-path-provisioner provisioner.go.
"""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import CLAIMS, NODES, Context
from karmada_nb.engine.controllers.volumes import match
from karmada_nb.engine.controllers.volumes.match import CLASSES, VOLUMES
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

PROVISIONER: Final = "rancher.io/local-path"
FOLDER: Final = "/var/lib/rancher/k3s/storage"
DEFAULT_CLASS: Final[Object] = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {
        "name": "local-path",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    },
    "provisioner": PROVISIONER,
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
}
"""The class that k3s sets up."""


class LocalPathProvisioner:
    name = "local-path-provisioner"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(PROVISIONER)
        self._claims = context.informers(*CLAIMS)
        self._classes = context.informers(*CLASSES)
        self._nodes = context.informers(*NODES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._claims, itself)
        yield Watch(self._nodes, _of_k3s)

    async def reconcile(self, key: Key) -> Result:
        """Keys without a namespace are the class that k3s keeps."""
        if not key.namespace:
            if self._classes.get(key) is None:
                await self._client.create(CLASSES, DEFAULT_CLASS)
            return DONE
        claim = self._claims.get(key)
        if claim is None or meta.deleting(claim) or claim["spec"].get("volumeName"):
            return DONE
        if meta.annotations(claim).get(match.PROVISIONER) != PROVISIONER:
            return DONE
        storage = self._classes.get(Key("", claim["spec"].get("storageClassName") or ""))
        if storage is None:
            return DONE
        text = f'External provisioner is provisioning volume for claim "{key}"'
        await self._events.event(claim, "Normal", "Provisioning", text)
        volume = new_volume(claim, storage)
        try:
            await self._client.create(VOLUMES, volume)
        except StatusError as error:
            if error.reason != "AlreadyExists":
                raise
            return DONE
        text = f"Successfully provisioned volume {meta.name(volume)}"
        await self._events.event(claim, "Normal", "ProvisioningSucceeded", text)
        return DONE


def new_volume(claim: Object, storage: Object) -> Object:
    """The volume of a claim: a folder on the node where its pod is."""
    name = f"pvc-{meta.uid(claim)}"
    node = meta.annotations(claim).get(match.SELECTED_NODE, "")
    path = f"{FOLDER}/{name}_{meta.namespace(claim)}_{meta.name(claim)}"
    term = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
    affinity = {"required": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {match.PROVISIONED_BY: PROVISIONER}},
        "spec": {
            "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
            "accessModes": claim["spec"]["accessModes"],
            "claimRef": match.reference(claim),
            "hostPath": {"path": path, "type": "DirectoryOrCreate"},
            "persistentVolumeReclaimPolicy": storage.get("reclaimPolicy", "Delete"),
            "storageClassName": meta.name(storage),
            "volumeMode": claim["spec"].get("volumeMode", "Filesystem"),
            **({"nodeAffinity": affinity} if node else {}),
        },
    }


def _of_k3s(event: Event) -> Iterable[Key]:
    """The class, once a node of k3s has joined: other distributions set up none."""
    if event.old is not None or event.new is None:
        return ()
    version = meta.dig(event.new, "status", "nodeInfo", "kubeletVersion", default="")
    return (Key("", meta.name(DEFAULT_CLASS)),) if "+k3s" in version else ()
