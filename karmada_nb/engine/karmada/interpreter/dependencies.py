"""What must travel with an object: what its pods mount, read or run as.

Follows pkg/resourceinterpreter/default/native/dependencies.go, pkg/util/helper/pod.go,
pkg/util/lifted/visitpod.go and pkg/util/interpreter/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.base import DependencyHandler
from karmada_nb.engine.karmada.interpreter.fields import items, mapping
from karmada_nb.engine.karmada.interpreter.validation import verify_dependencies
from karmada_nb.engine.karmada.names import generate_derived_service_name
from karmada_nb.engine.meta import Object

# A volume has one source; upstream looks at the first of these that is there.
_SECRET_SOURCES: Final = (
    "azureFile",
    "cephfs",
    "cinder",
    "flexVolume",
    "projected",
    "rbd",
    "secret",
    "scaleIO",
    "iscsi",
    "storageos",
    "csi",
)


def _containers(spec: Object) -> Iterator[Object]:
    for group in ("initContainers", "containers", "ephemeralContainers"):
        yield from items(spec, group)


def _environment(spec: Object, source: str, key: str) -> Iterator[str]:
    for container in _containers(spec):
        for entry in items(container, "envFrom"):
            yield mapping(entry, source).get("name", "")
        for variable in items(container, "env"):
            yield mapping(mapping(variable, "valueFrom"), key).get("name", "")


def _projected(source: Object, kind: str) -> Iterator[str]:
    for part in items(source, "sources"):
        yield mapping(part, kind).get("name", "")


def _volume_secrets(volume: Object) -> Iterator[str]:
    kind = next((k for k in _SECRET_SOURCES if volume.get(k) is not None), "")
    if not kind:
        return
    source = mapping(volume, kind)
    match kind:
        case "azureFile" | "secret":
            yield source.get("secretName", "")
        case "projected":
            yield from _projected(source, "secret")
        case "csi":
            yield mapping(source, "nodePublishSecretRef").get("name", "")
        case _:
            yield mapping(source, "secretRef").get("name", "")


def secret_names(spec: Object) -> Iterator[str]:
    for reference in items(spec, "imagePullSecrets"):
        yield reference.get("name", "")
    yield from _environment(spec, "secretRef", "secretKeyRef")
    for volume in items(spec, "volumes"):
        yield from _volume_secrets(volume)


def config_map_names(spec: Object) -> Iterator[str]:
    yield from _environment(spec, "configMapRef", "configMapKeyRef")
    for volume in items(spec, "volumes"):
        if volume.get("projected") is not None:
            yield from _projected(mapping(volume, "projected"), "configMap")
        else:
            yield mapping(volume, "configMap").get("name", "")


def service_account_names(spec: Object) -> Iterator[str]:
    if spec.get("serviceAccountName", "") != "default":
        yield spec.get("serviceAccountName", "")


def claim_names(spec: Object) -> Iterator[str]:
    for volume in items(spec, "volumes"):
        yield mapping(volume, "persistentVolumeClaim").get("claimName", "")


def reference(kind: str, namespace: str, name: str, api_version: str = "v1") -> Object:
    """A ``DependentObjectReference`` by name; fields without a value are left out."""
    fields = {"apiVersion": api_version, "kind": kind, "namespace": namespace, "name": name}
    return {field: value for field, value in fields.items() if value}


def _references(kind: str, namespace: str, names: Iterable[str]) -> list[Object]:
    return [reference(kind, namespace, name) for name in sorted(set(names)) if name]


def pod_dependencies(spec: Object, namespace: str) -> list[Object]:
    """ConfigMaps, Secrets, the ServiceAccount and claims of a pod spec, each once, by name."""
    return [
        *article_pod_dependencies(spec, namespace),
        *_references("ServiceAccount", namespace, service_account_names(spec)),
        *_references("PersistentVolumeClaim", namespace, claim_names(spec)),
    ]


def article_pod_dependencies(spec: Object, namespace: str) -> list[Object]:
    """v1.2 saw ConfigMaps and Secrets only."""
    return [
        *_references("ConfigMap", namespace, config_map_names(spec)),
        *_references("Secret", namespace, secret_names(spec)),
    ]


def at(*path: str, find: Callable[[Object, str], list[Object]] = pod_dependencies) -> DependencyHandler:
    """The handler of a kind whose pod spec lies at ``path``."""

    def dependencies(obj: Object) -> list[Object]:
        spec = obj
        for step in path:
            spec = mapping(spec, step)
        return find(spec, meta.namespace(obj))

    return dependencies


def stateful_set_dependencies(obj: Object) -> list[Object]:
    """Claims that the StatefulSet makes from its templates are the member's own business."""
    made = {meta.name(t) for t in items(mapping(obj, "spec"), "volumeClaimTemplates")}
    found = at("spec", "template", "spec")(obj)
    return [d for d in found if d["kind"] != "PersistentVolumeClaim" or d["name"] not in made]


def ingress_dependencies(obj: Object) -> list[Object]:
    """The TLS secrets. Raises InterpreterError where one is not named."""
    namespace = meta.namespace(obj)
    tls = items(mapping(obj, "spec"), "tls")
    found = [reference("Secret", namespace, entry.get("secretName", "")) for entry in tls]
    verify_dependencies(found)
    return found


def service_import_dependencies(obj: Object) -> list[Object]:
    """The derived Service, and its EndpointSlices by label."""
    namespace = meta.namespace(obj)
    service = generate_derived_service_name(meta.name(obj))
    slices = reference("EndpointSlice", namespace, "", "discovery.k8s.io/v1")
    selector = {"matchLabels": {"kubernetes.io/service-name": service}}
    return [reference("Service", namespace, service), {**slices, "labelSelector": selector}]
