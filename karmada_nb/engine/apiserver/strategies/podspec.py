"""Defaults of a pod's spec, wherever it stands: in a pod or in a workload's template.

Follows pkg/apis/core/v1/defaults.go and the generated walk over a PodSpec in zz_generated.defaults.go.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.strategies.filling import Fill, complete, each, fill, filler, put, within
from karmada_nb.engine.apiserver.strategies.gates import without_disabled
from karmada_nb.engine.meta import Object

_SPEC: Final = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}
_CONTAINER: Final = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
_PROBE: Final = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_http_get: Final = filler({"path": "/", "scheme": "HTTP"})
_field_ref: Final = filler({"apiVersion": "v1"})
_port: Final = filler({"protocol": "TCP"})
_MODE: Final = {"defaultMode": 0o644}
_HOST: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\]"
_PART: Final = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE: Final = re.compile(
    rf"(?:(?:{_HOST})(?::[0-9]+)?/)?{_PART}(?:/{_PART})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?"
    "(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
"""Follows github.com/distribution/reference."""
_LONGEST: Final = 255
_DIGEST_ALONE: Final = re.compile("[a-f0-9]{64}")
VOLUME_SOURCES: Final[dict[str, dict[str, Any]]] = {
    "secret": _MODE,
    "configMap": _MODE,
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {"cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared"},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}
"""Defaults of sources of volumes, of those of PersistentVolumes too."""


def default_template(template: Object) -> Object:
    """A pod template with its defaults."""
    return within(template, "spec", default_pod_spec)


def default_pod_spec(spec: Object) -> Object:
    """A pod spec with the defaults that templates have too."""
    spec = each(without_disabled(spec), "volumes", _volume)
    for name in ("initContainers", "containers", "ephemeralContainers"):
        spec = each(spec, name, _container)
    return fill(_account(spec), _SPEC)


def _account(spec: Object) -> Object:
    """``serviceAccount`` is an old name of ``serviceAccountName``: both are always written."""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if not name or (spec.get("serviceAccount") == name and "serviceAccountName" in spec):
        return spec
    return {**spec, "serviceAccountName": name, "serviceAccount": name}


def default_pod(spec: Object) -> Object:
    """What only a pod gets: requests out of limits, service links, host ports on the host's network."""
    for name in ("initContainers", "containers"):
        spec = each(spec, name, _requests)
        if spec.get("hostNetwork"):
            spec = each(spec, name, _host_ports)
    spec = within(spec, "resources", _pod_requests) if "resources" in spec else spec
    return fill(spec, {"enableServiceLinks": True})


def pull_policy(image: str) -> str:
    """``Always`` for the tag ``latest``, spelled out or implied; an image by digest never changes.

    A reference that nobody can read has no tag.
    """
    if not _REFERENCE.fullmatch(image) or _DIGEST_ALONE.fullmatch(image):
        return "IfNotPresent"
    if len(image.partition("@")[0].partition(":")[0]) > _LONGEST:
        return "IfNotPresent"
    name = image.rpartition("/")[2]
    if "@" in name:
        name, _, digest = name.partition("@")
        if digest and ":" not in name:
            return "IfNotPresent"
    tag = name.partition(":")[2]
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def rounded(amounts: Object) -> Object:
    """Quantities finer than a thousandth are rounded up to one."""
    changes = {
        name: quantity.render(Decimal(quantity.milli(amount)).scaleb(-3))
        for name, amount in amounts.items()
        if isinstance(amount, str) and amount.endswith(("n", "u"))
    }
    return {**amounts, **changes} if changes else amounts


def default_resources(resources: Object) -> Object:
    return within(within(resources, "limits", rounded), "requests", rounded)


def _container(container: Object) -> Object:
    container = each(container, "ports", _port)
    container = each(container, "env", _env)
    container = within(container, "resources", default_resources)
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        container = within(container, name, _probe)
    container = within(container, "lifecycle", _lifecycle)
    if not container.get("imagePullPolicy"):
        container = {**container, "imagePullPolicy": pull_policy(container.get("image") or "")}
    return fill(container, _CONTAINER)


def _env(variable: Object) -> Object:
    return within(variable, "valueFrom", _env_source)


def _env_source(source: Object) -> Object:
    source = within(source, "fileKeyRef", filler({"optional": False}))
    return within(source, "fieldRef", _field_ref)


def _probe(probe: Object) -> Object:
    probe = within(probe, "httpGet", _http_get)
    probe = within(probe, "grpc", filler({"service": ""}))
    return fill(probe, _PROBE)


def _lifecycle(lifecycle: Object) -> Object:
    for name in ("postStart", "preStop"):
        lifecycle = within(lifecycle, name, lambda handler: within(handler, "httpGet", _http_get))
    return lifecycle


def _volume(volume: Object) -> Object:
    if len(volume) == 1 and "name" in volume:
        return {**volume, "emptyDir": {}}
    for name in volume:
        if name in _VOLUMES:
            volume = within(volume, name, _VOLUMES[name])
    return volume


def _image(source: Object) -> Object:
    if source.get("pullPolicy"):
        return source
    return {**source, "pullPolicy": pull_policy(source.get("reference") or "")}


def _downward(source: Object) -> Object:
    return each(source, "items", lambda item: within(item, "fieldRef", _field_ref))


def _projected(source: Object) -> Object:
    return fill(each(source, "sources", _projection), _MODE)


def _projection(projection: Object) -> Object:
    projection = within(projection, "downwardAPI", _downward)
    return within(projection, "serviceAccountToken", filler({"expirationSeconds": 3600}))


def _ephemeral(source: Object) -> Object:
    return within(source, "volumeClaimTemplate", lambda claim: within(claim, "spec", default_claim_spec))


def default_claim_spec(spec: Object) -> Object:
    """A PersistentVolumeClaim's spec, alone or in a template."""
    spec = within(spec, "resources", default_resources)
    return complete(spec, {"volumeMode": "Filesystem"})


def _requests(container: Object) -> Object:
    limits = meta.dig(container, "resources", "limits")
    if not limits:
        return container
    resources = container["resources"]
    requests = resources.get("requests") or {}
    if limits.keys() <= requests.keys():
        return container
    return {**container, "resources": {**resources, "requests": {**limits, **requests}}}


def _pod_requests(resources: Object) -> Object:
    limits = resources.get("limits") or {}
    requests = resources.get("requests") or {}
    missing = {name: amount for name, amount in limits.items() if name not in requests}
    return {**resources, "requests": {**requests, **missing}} if missing else resources


def _host_ports(container: Object) -> Object:
    return each(
        container,
        "ports",
        lambda port: port if port.get("hostPort") else put(port, "hostPort", port["containerPort"]),
    )


_VOLUMES: Final[dict[str, Fill]] = {
    **{name: filler(defaults) for name, defaults in VOLUME_SOURCES.items()},
    "downwardAPI": lambda source: fill(_downward(source), _MODE),
    "projected": _projected,
    "ephemeral": _ephemeral,
    "image": _image,
}
