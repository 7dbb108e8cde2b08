"""A pod of a runtime class carries its overhead, and goes where it runs.

Follows plugin/pkg/admission/runtimeclass/admission.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Reader
from karmada_nb.engine.apiserver.admission.new_pods import NewPods, refused
from karmada_nb.engine.meta import Object

_CLASSES: Final = "runtimeclasses.node.k8s.io"


class RuntimeClass(NewPods):
    """Raises 403 for a class that is not there, and for a pod that contradicts its class."""

    def admit_pod(self, pod: Object, attributes: Attributes, reader: Reader) -> Object | None:
        spec = pod.get("spec") or {}
        found = self._class(attributes, spec, reader)
        changed = _placed(attributes, _burdened(attributes, spec, found), found.get("scheduling") or {})
        return None if changed == spec else {**pod, "spec": changed}

    def _class(self, attributes: Attributes, spec: Object, reader: Reader) -> Object:
        """The pod's class; one that says nothing for a pod without."""
        name = spec.get("runtimeClassName")
        if name is None:
            return {}
        found = reader.find(_CLASSES, "", name)
        if found is None:
            raise refused(attributes, f'pod rejected: RuntimeClass "{name}" not found')
        return found


def _burdened(attributes: Attributes, spec: Object, found: Object) -> Object:
    """The spec with the overhead of the class."""
    overhead, own = meta.dig(found, "overhead", "podFixed"), spec.get("overhead")
    if overhead:
        if own not in (None, overhead):
            why = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
            raise refused(attributes, why)
        return {**spec, "overhead": overhead}
    if own:
        why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
        raise refused(attributes, why)
    return spec


def _placed(attributes: Attributes, spec: Object, scheduling: Object) -> Object:
    """The spec with the nodes and the tolerations of the class, beside its own."""
    own, wanted = spec.get("nodeSelector") or {}, scheduling.get("nodeSelector") or {}
    for key, value in wanted.items():
        if own.get(key, value) != value:
            why = (
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                f"pod.spec.nodeSelector[{key}] = {own[key]}"
            )
            raise refused(attributes, why)
    if wanted:
        spec = {**spec, "nodeSelector": {**own, **wanted}}
    tolerations = spec.get("tolerations") or []
    extra = [item for item in scheduling.get("tolerations") or () if item not in tolerations]
    return {**spec, "tolerations": [*tolerations, *extra]} if extra else spec
