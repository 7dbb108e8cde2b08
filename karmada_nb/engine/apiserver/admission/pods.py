"""What every new pod gets: tolerations of failing nodes, and a priority.

Follows plugin/pkg/admission/defaulttolerationseconds/admission.go and priority/admission.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.admission.new_pods import NewPods, refused
from karmada_nb.engine.apiserver.strategies.policies import SYSTEM_PRIORITIES
from karmada_nb.engine.meta import Object

_KEYS: Final = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
TOLERATION_SECONDS: Final = 300
_CLASSES: Final = "priorityclasses.scheduling.k8s.io"


class DefaultTolerationSeconds(Plugin):
    """A pod stays on a node that fails for five minutes, unless it says otherwise: when made, and later."""

    concerns = frozenset({"pods"})

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        pod = attributes.obj
        if pod is None or attributes.subresource or attributes.operation not in ("CREATE", "UPDATE"):
            return None
        spec = pod.get("spec") or {}
        tolerations = spec.get("tolerations") or []
        missing = [
            {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATION_SECONDS}
            for key in _KEYS
            if not any(_tolerates(toleration, key) for toleration in tolerations)
        ]
        if not missing:
            return None
        return {**pod, "spec": {**spec, "tolerations": [*tolerations, *missing]}}


class Priority(NewPods):
    """Resolves ``priorityClassName``, or takes the cluster's default class."""

    def admit_pod(self, pod: Object, attributes: Attributes, reader: Reader) -> Object | None:
        spec = pod.get("spec") or {}
        name = spec.get("priorityClassName") or ""
        found = _class(name, reader)
        if name and found is None:
            raise refused(attributes, f"no PriorityClass with name {name} was found")
        chosen = found or {}
        value = chosen.get("value", 0)
        if spec.get("priority", value) != value:
            why = (
                f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
                f"priority admission controller computed {value} from the given PriorityClass name"
            )
            raise refused(attributes, why)
        policy = chosen.get("preemptionPolicy") or "PreemptLowerPriority"
        spec = {**spec, "priority": value}
        spec.setdefault("preemptionPolicy", policy)
        if chosen:
            spec["priorityClassName"] = meta.name(chosen)
        return {**pod, "spec": spec}


def _tolerates(toleration: Object, key: str) -> bool:
    return toleration.get("key", "") in ("", key) and toleration.get("effect", "") in ("", "NoExecute")


def _class(name: str, reader: Reader) -> Object | None:
    if name:
        found = reader.find(_CLASSES, "", name)
        if found is None and name in SYSTEM_PRIORITIES:
            return {"metadata": {"name": name}, "value": SYSTEM_PRIORITIES[name]}
        return found
    defaults = [item for item in reader.items(_CLASSES) if item.get("globalDefault")]
    return min(defaults, key=lambda item: item.get("value", 0), default=None)
