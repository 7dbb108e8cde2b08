"""Default classes, and finalizers that protect what is in use.

Follows plugin/pkg/admission/{storage/storageclass/setdefault,network/defaultingressclass,
storage/storageobjectinuseprotection}/admission.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.meta import Object

_STORAGE_DEFAULTS: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
_INGRESS_DEFAULT: Final = "ingressclass.kubernetes.io/is-default-class"
_INGRESS_CLASS: Final = "kubernetes.io/ingress.class"
_PROTECTION: Final = {
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
    "persistentvolumes": "kubernetes.io/pv-protection",
    "volumeattributesclasses.storage.k8s.io": "kubernetes.io/vac-protection",
}


class DefaultStorageClass(Plugin):
    """A claim that names no class gets the newest default one."""

    concerns = frozenset({"persistentvolumeclaims"})

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        claim = _created(attributes, "persistentvolumeclaims")
        if claim is None or meta.dig(claim, "spec", "storageClassName") is not None:
            return None
        name = _newest_default(reader.items("storageclasses.storage.k8s.io"), _STORAGE_DEFAULTS)
        return meta.replace(claim, ["spec", "storageClassName"], name) if name else None


class DefaultIngressClass(Plugin):
    """An ingress that names no class gets the default one."""

    concerns = frozenset({"ingresses.networking.k8s.io"})

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        ingress = _created(attributes, "ingresses.networking.k8s.io")
        if ingress is None or meta.dig(ingress, "spec", "ingressClassName"):
            return None
        if _INGRESS_CLASS in meta.annotations(ingress):
            return None
        name = _newest_default(reader.items("ingressclasses.networking.k8s.io"), (_INGRESS_DEFAULT,))
        return meta.replace(ingress, ["spec", "ingressClassName"], name) if name else None


class StorageObjectInUseProtection(Plugin):
    """Volumes and claims do not go while they are in use."""

    concerns = frozenset(_PROTECTION)

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        finalizer = _PROTECTION.get(attributes.resource.storage, "")
        obj = _created(attributes, attributes.resource.storage) if finalizer else None
        if obj is None or finalizer in meta.finalizers(obj):
            return None
        return meta.with_metadata(obj, finalizers=[*meta.finalizers(obj), finalizer])


def _created(attributes: Attributes, storage: str) -> Object | None:
    creates = attributes.operation == "CREATE" and not attributes.subresource
    return attributes.obj if creates and attributes.resource.storage == storage else None


def _newest_default(classes: list[Object], annotations: tuple[str, ...]) -> str:
    marked = [
        item for item in classes if any(meta.annotations(item).get(name) == "true" for name in annotations)
    ]
    marked.sort(key=meta.name)
    newest = max(marked, key=lambda item: meta.metadata(item).get("creationTimestamp", ""), default=None)
    return meta.name(newest) if newest else ""
