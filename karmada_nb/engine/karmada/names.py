"""The names Karmada derives: execution namespaces, bindings, Works, reference keys.

Follows pkg/util/names/names.go and pkg/util/hash/hash.go. Derived names are pure functions of what they
name, so that any controller can compute where another one put its object.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from karmada_nb.engine.karmada.constants import CURRENT, Edition

NAMESPACE_KARMADA_SYSTEM: Final = "karmada-system"
NAMESPACE_KARMADA_CLUSTER: Final = "karmada-cluster"
NAMESPACE_DEFAULT: Final = "default"
EXECUTION_SPACE_PREFIX: Final = "karmada-es-"

_ESTIMATOR_PREFIX: Final = "karmada-scheduler-estimator"
_SAFE_LETTERS: Final = "bcdfghjklmnpqrstvwxz2456789"


def fnv1a_32(text: str) -> int:
    """FNV-1a over the UTF-8 bytes of ``text``, 32 bits."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def safe_encode_string(text: str) -> str:
    """``rand.SafeEncodeString``: every character becomes one of 27 that spell no word."""
    return "".join(_SAFE_LETTERS[ord(char) % len(_SAFE_LETTERS)] for char in text)


def _hashed(text: str) -> str:
    return safe_encode_string(str(fnv1a_32(text)))


def generate_execution_space_name(cluster: str) -> str:
    """The namespace of Karmada that holds the Works of a member cluster."""
    return EXECUTION_SPACE_PREFIX + cluster


def get_cluster_name(execution_space: str) -> str:
    """The member cluster of an execution namespace. Raises ValueError for any other namespace."""
    if not execution_space.startswith(EXECUTION_SPACE_PREFIX):
        raise ValueError("the execution space name is in wrong format")
    return execution_space.removeprefix(EXECUTION_SPACE_PREFIX)


@lru_cache(maxsize=8192)
def generate_binding_name(kind: str, name: str) -> str:
    """``nginx-deployment``: the (Cluster)ResourceBinding of a template."""
    return f"{name.replace(':', '.')}-{kind}".lower()


@lru_cache(maxsize=8192)
def generate_binding_reference_key(namespace: str, name: str, edition: Edition = CURRENT) -> str:
    """The label value by which a binding's objects are found; v1.2 hashed ``ns-name``, not ``ns/name``."""
    separator = "/" if edition == CURRENT else "-"
    return _hashed(f"{namespace}{separator}{name}" if namespace else name)


@lru_cache(maxsize=8192)
def generate_work_name(kind: str, name: str, namespace: str, edition: Edition = CURRENT) -> str:
    """``nginx-687f7fb96f``: the Work of a template; v1.2 left the name's case and colons alone."""
    if edition == CURRENT:
        name = name.replace(":", ".").lower()
    full = f"{namespace}-{name}-{kind}" if namespace else f"{name}-{kind}"
    return f"{name}-{_hashed(full.lower())}"


def generate_service_account_name(cluster: str) -> str:
    return f"karmada-{cluster}"


def generate_role_name(service_account: str) -> str:
    return f"karmada-controller-manager:{service_account}"


def generate_endpoint_slice_name(endpoint_slice: str, cluster: str) -> str:
    """The EndpointSlice collected from a member cluster."""
    return f"imported-{cluster}-{endpoint_slice}"


def generate_derived_service_name(service: str) -> str:
    """The Service made for a ServiceImport."""
    return f"derived-{service}"


def generate_estimator_service_name(prefix: str, cluster: str) -> str:
    return f"{prefix}-{cluster}"


def generate_estimator_deployment_name(cluster: str) -> str:
    return f"{_ESTIMATOR_PREFIX}-{cluster}"


def is_reserved_namespace(namespace: str, edition: Edition = CURRENT) -> bool:
    """Whether nothing in ``namespace`` may be propagated; v1.2 counted ``kube-*`` in."""
    return (
        namespace in (NAMESPACE_KARMADA_SYSTEM, NAMESPACE_KARMADA_CLUSTER)
        or namespace.startswith(EXECUTION_SPACE_PREFIX)
        or (edition != CURRENT and namespace.startswith("kube-"))
    )


def generate_impersonation_secret_name(cluster: str) -> str:
    return f"{cluster}-impersonator"


def generate_policy_name(namespace: str, name: str, gvk: str) -> str:
    """The PropagationPolicy that `karmadactl promote` makes; ``gvk`` as Go prints it: ``apps/v1, Kind=X``."""
    return f"{name.replace(':', '.')}-{_hashed(namespace + gvk)}".lower()


def namespaced_key(namespace: str, name: str) -> str:
    return f"{namespace}/{name}" if namespace else name
