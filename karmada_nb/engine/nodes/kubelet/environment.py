"""The environment and command line of a container. Pure, but for what it looks up.

Follows pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) and third_party/forked/golang/expansion.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.images.trees import Tree
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet import hosts

_REFERENCE: Final = re.compile(r"\$(\$|\(([^)$]*)\))")
_SUBSCRIPT: Final = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")


class ConfigError(Exception):
    """A container that cannot be made of what its pod asks for; the message is the kubelet's."""


class Unbound(ConfigError):
    """A claim of the pod has no volume yet."""


class Sources(Protocol):
    """What environment and volumes come from."""

    def config_map(self, namespace: str, name: str) -> Object | None: ...

    def secret(self, namespace: str, name: str) -> Object | None: ...

    def token(self, pod: Object, audience: str, seconds: int) -> str: ...

    def volume(self, namespace: str, claim: str) -> Object | None: ...

    def storage(self, volume: str) -> Tree: ...

    def services(self, namespace: str) -> Iterable[Object]: ...


@dataclass(frozen=True, slots=True)
class Site:
    """Where a pod is: its address, its node's, and how much its node has of each resource."""

    ip: str
    host_ip: str
    allocatable: Mapping[str, str]


def variables(
    pod: Object, container: Object, image: Mapping[str, str], sources: Sources, site: Site
) -> dict[str, str]:
    """Image, services, envFrom and env, in the order in which they win. Raises ConfigError."""
    namespace = meta.namespace(pod)
    out = {**image, "HOSTNAME": hosts.hostname(pod)}
    if meta.dig(pod, "spec", "enableServiceLinks", default=True):
        for service in sources.services(namespace):
            out.update(_service(service))
    kubernetes = next((s for s in sources.services("default") if meta.name(s) == "kubernetes"), None)
    if kubernetes is not None:
        out.update(_service(kubernetes))
    for source in container.get("envFrom") or ():
        prefix = source.get("prefix", "")
        for kind in ("configMapRef", "secretRef"):
            if kind in source:
                out.update({prefix + k: v for k, v in _all(kind, source[kind], namespace, sources).items()})
    for item in container.get("env") or ():
        if "valueFrom" in item:
            found = _from(pod, container, item["valueFrom"], sources, site)
            if found is not None:
                out[item["name"]] = found
        else:
            out[item["name"]] = expand(item.get("value", ""), out)
    return out


def expand(text: str, values: Mapping[str, str]) -> str:
    """``$(NAME)`` for a known name; ``$$`` is a dollar sign; unknown names stay."""
    return _REFERENCE.sub(lambda m: "$" if m[1] == "$" else values.get(m[2], m[0]), text)


def references(text: str) -> set[str]:
    """The names in ``$(NAME)``."""
    return {match[2] for match in _REFERENCE.finditer(text) if match[1] != "$"}


def command(container: Object, values: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """The container's ``command`` and ``args`` with references expanded; None for no ``args``."""
    args = container.get("args")
    return (
        tuple(expand(c, values) for c in container.get("command") or ()),
        tuple(expand(a, values) for a in args) if args else None,
    )


def decoded(secret: Object) -> dict[str, str]:
    data = secret.get("data") or {}
    return {k: base64.b64decode(v).decode(errors="replace") for k, v in data.items()}


def field(pod: Object, path: str, site: Site) -> str:
    """The value of a ``fieldRef``."""
    subscript = _SUBSCRIPT.fullmatch(path)
    if subscript:
        return str(meta.dig(pod, "metadata", subscript[1], subscript[2], default=""))
    match path:
        case "metadata.labels" | "metadata.annotations":
            found = meta.dig(pod, *path.split("."), default={})
            return "\n".join(f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in sorted(found.items()))
        case "status.podIP" | "status.podIPs":
            return site.ip
        case "status.hostIP" | "status.hostIPs":
            return site.host_ip
    return str(meta.dig(pod, *path.split("."), default=""))


def resource_field(pod: Object, name: str, reference: Object, site: Site) -> str:
    """The value of a ``resourceFieldRef``, of the container ``name`` in units of its divisor, rounded up;
    without a limit, all that the node has is one.
    """
    all_containers = (*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ()))
    owner: Object = next((c for c in all_containers if c["name"] == name), {})
    kind, _, what = reference["resource"].partition(".")
    missing = site.allocatable.get(what, "0") if kind == "limits" else "0"
    found = quantity.parse(meta.dig(owner, "resources", kind, what, default=missing))
    divisor = quantity.parse(reference.get("divisor") or "0") or quantity.parse("1")
    return str(math.ceil(found / divisor))


def _service(service: Object) -> dict[str, str]:
    address = meta.dig(service, "spec", "clusterIP", default="None")
    ports = meta.dig(service, "spec", "ports", default=[])
    if address in ("", "None") or not ports:
        return {}
    prefix = meta.name(service).upper().replace("-", "_")
    first = ports[0]
    protocol = first.get("protocol", "TCP").lower()
    out = {
        f"{prefix}_SERVICE_HOST": address,
        f"{prefix}_SERVICE_PORT": str(first["port"]),
        f"{prefix}_PORT": f"{protocol}://{address}:{first['port']}",
    }
    for port in ports:
        if port.get("name"):
            out[f"{prefix}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}"] = str(port["port"])
        kind = port.get("protocol", "TCP")
        link = f"{prefix}_PORT_{port['port']}_{kind}"
        out[link] = f"{kind.lower()}://{address}:{port['port']}"
        out[f"{link}_PROTO"] = kind.lower()
        out[f"{link}_PORT"] = str(port["port"])
        out[f"{link}_ADDR"] = address
    return out


def _all(kind: str, reference: Object, namespace: str, sources: Sources) -> dict[str, str]:
    name = reference.get("name", "")
    if kind == "configMapRef":
        found = sources.config_map(namespace, name)
        values = (found or {}).get("data") or {}
    else:
        found = sources.secret(namespace, name)
        values = decoded(found) if found else {}
    if found is None and not reference.get("optional"):
        noun = "configmap" if kind == "configMapRef" else "secret"
        raise ConfigError(f'{noun} "{name}" not found')
    return dict(values)


def _from(pod: Object, container: Object, source: Object, sources: Sources, site: Site) -> str | None:
    if "fieldRef" in source:
        return field(pod, source["fieldRef"]["fieldPath"], site)
    if "resourceFieldRef" in source:
        reference = source["resourceFieldRef"]
        return resource_field(pod, reference.get("containerName") or container["name"], reference, site)
    kind = "configMapKeyRef" if "configMapKeyRef" in source else "secretKeyRef"
    reference = source.get(kind)
    if reference is None:
        return None
    whole = _all(kind.replace("Key", ""), reference, meta.namespace(pod), sources)
    if reference["key"] in whole:
        return whole[reference["key"]]
    if reference.get("optional"):
        return None
    noun = "ConfigMap" if kind == "configMapKeyRef" else "Secret"
    place = f"{meta.namespace(pod)}/{reference.get('name', '')}"
    raise ConfigError(f"couldn't find key {reference['key']} in {noun} {place}")
