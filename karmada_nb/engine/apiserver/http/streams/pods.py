"""What must be true of a pod before a stream into it can open. Follows pkg/registry/core/pod/strategy.go."""

from __future__ import annotations

from karmada_nb.engine import errors, meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.store import Store, StoreKey

_LISTS = ("containers", "initContainers", "ephemeralContainers")


def find(store: Store, namespace: str, name: str) -> Object:
    """Raises 404."""
    record = store.get(StoreKey("pods", namespace, name))
    if record is None:
        raise errors.not_found("", "pods", name)
    return record.object


def container_of(pod: Object, name: str) -> str:
    """The container that is meant. Raises 400 for one that the pod does not have."""
    spec = pod["spec"]
    if not name:
        return str(spec["containers"][0]["name"])
    if any(name == container["name"] for part in _LISTS for container in spec.get(part) or ()):
        return name
    raise errors.bad_request(f"container {name} is not valid for pod {meta.name(pod)}")


def on_a_node(pod: Object) -> bool:
    return bool(meta.dig(pod, "spec", "nodeName"))


def require_node(pod: Object) -> None:
    """Raises 400 while the pod has no node."""
    if not on_a_node(pod):
        raise errors.bad_request(f"pod {meta.name(pod)} does not have a host assigned")
