"""The subresources of pods that act: binding and eviction; and a namespace's finalize.

Follows pkg/registry/core/pod/storage (assignPod, eviction.go) and pkg/registry/core/namespace/storage.
"""

from collections.abc import Mapping
from typing import Any

from karmada_nb.engine import errors, meta, selectors
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs import delete, update, write
from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions
from karmada_nb.engine.errors import Cause, StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Record, StoreKey


def check_binding(binding: Mapping[str, Any]) -> None:
    """Raises 500 (upstream's errors are no Status) for a target that is none."""
    target = binding.get("target") or {}
    wrong: list[str] = []
    if target.get("kind", "Node") not in ("", "Node"):
        kind = target["kind"]
        wrong.append(f'target.kind: Unsupported value: "{kind}": supported values: "Node", "<empty>"')
    if not target.get("name"):
        wrong.append("target.name: Required value")
    if wrong:
        raise StatusError(500, "", wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]")


def bind(
    server: write.Server, resource: Resource, old: Record, binding: Mapping[str, Any], call: Call
) -> None:
    """Put a pod on a node. Raises 409 if it has one, is going away or is held by gates."""
    pod, name = old.object, old.key.name
    node = binding["target"]["name"]
    why = ""
    if meta.deleting(pod):
        why = f"pod {name} is being deleted, cannot be assigned to a host"
    elif meta.dig(pod, "spec", "nodeName"):
        why = f"pod {name} is already assigned to node {pod['spec']['nodeName']!r}".replace("'", '"')
    elif meta.dig(pod, "spec", "schedulingGates"):
        why = f"pod {name} has non-empty .spec.schedulingGates"
    if why:
        raise errors.conflict("", "pods/binding", name, why)
    now = server.clock.now()
    conditions = [c for c in meta.dig(pod, "status", "conditions", default=[]) if c["type"] != "PodScheduled"]
    scheduled = {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": meta.rfc3339(now),
        "observedGeneration": meta.generation(pod),
    }
    bound = meta.replace(pod, ["spec", "nodeName"], node)
    bound = meta.replace(bound, ["status", "conditions"], [*conditions, scheduled])
    annotations = meta.annotations(binding)
    if annotations:
        bound = meta.with_metadata(bound, annotations={**meta.annotations(pod), **annotations})
    bound = write.tracked(resource, bound, pod, call, "binding", now)
    write.commit(server, resource, bound, old, call)


def evict(
    server: write.Server, resource: Resource, old: Record, eviction: Mapping[str, Any], call: Call
) -> None:
    """Delete a pod if every PodDisruptionBudget lets it go. Raises 429 while one does not."""
    pod, name, namespace = old.object, old.key.name, old.key.namespace
    if meta.name(eviction) not in ("", name):
        raise errors.bad_request("name in URL does not match name in Eviction object")
    options = eviction.get("deleteOptions") or {}
    if not _terminal(pod) and not meta.deleting(pod):
        budgets = [
            b
            for b in server.reader.items("poddisruptionbudgets.policy", namespace)
            if selectors.from_label_selector(meta.dig(b, "spec", "selector")).matches(meta.labels(pod))
        ]
        if len(budgets) > 1:
            raise errors.internal(
                "This pod has more than one PodDisruptionBudget, "
                "which the eviction subresource does not support."
            )
        if budgets and not _unready_may_go(pod, budgets[0]):
            _spend(server, budgets[0], name, call)
    preconditions = options.get("preconditions") or {}
    wanted = DeleteOptions(
        options.get("propagationPolicy", ""),
        options.get("gracePeriodSeconds"),
        preconditions.get("uid", ""),
        preconditions.get("resourceVersion", ""),
    )
    delete.delete(server, resource, namespace, name, wanted, call)


def _terminal(pod: Object) -> bool:
    phase = meta.dig(pod, "status", "phase", default="Pending")
    return phase in ("Succeeded", "Failed", "Pending")


def _unready_may_go(pod: Object, budget: Object) -> bool:
    ready = (meta.condition(pod, "Ready") or {}).get("status") == "True"
    if ready:
        return False
    if meta.dig(budget, "spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    current = meta.dig(budget, "status", "currentHealthy", default=0)
    desired = meta.dig(budget, "status", "desiredHealthy", default=0)
    return bool(current >= desired > 0)


def _spend(server: write.Server, budget: Object, pod: str, call: Call) -> None:
    name = meta.name(budget)
    status = budget.get("status") or {}
    allowed = status.get("disruptionsAllowed", 0)
    if status.get("observedGeneration", 0) < meta.generation(budget):
        raise _refused(f"The disruption budget {name} is still being processed by the server.", name, 10)
    if allowed <= 0:
        healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
        raise _refused(
            f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently", name, 0
        )
    resource = server.registry.resource("policy", "v1", "poddisruptionbudgets")
    old = server.store.get(StoreKey(resource.storage, meta.namespace(budget), name))
    assert old is not None
    disrupted = {**(status.get("disruptedPods") or {}), pod: meta.rfc3339(server.clock.now())}
    fresh = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": disrupted}
    update.replaced(server, resource, old, {**budget, "status": fresh}, call, "status")


def _refused(message: str, budget: str, seconds: int) -> StatusError:
    cause = Cause("", "DisruptionBudget", message).to_dict()
    details: Object = {"causes": [cause]}
    if seconds:
        details["retryAfterSeconds"] = seconds
    text = "Cannot evict pod as it would violate the pod's disruption budget."
    return StatusError(429, "TooManyRequests", text, details)


def finalize(server: write.Server, resource: Resource, old: Record, wanted: Object, call: Call) -> Record:
    """Set a namespace's ``spec.finalizers``; the last one gone, a terminating namespace goes too."""
    before = old.object
    revision = meta.resource_version(wanted)
    if revision and revision != str(old.revision):
        raise errors.conflict("", "namespaces", old.key.name, errors.OBJECT_MODIFIED)
    kept = meta.dig(wanted, "spec", "finalizers", default=[])
    spec = {"finalizers": kept} if kept else {}
    return write.commit(server, resource, {**before, "spec": spec}, old, call)
