"""What a ResourceRegistry must be.

Follows pkg/apis/search/validation/validation.go.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.placement import validate_cluster_affinity
from karmada_nb.engine.meta import Object, dig

_ADDRESS = "must be a valid http or https URL with non-empty scheme and host"


def validate_resource_registry(obj: Object) -> list[Cause]:
    """The causes of a 422."""
    spec = obj.get("spec") or {}
    out = validate_cluster_affinity(spec.get("targetCluster"), "spec.targetCluster")
    for index, selector in enumerate(spec.get("resourceSelectors") or ()):
        path, version = f"spec.resourceSelectors[{index}]", selector.get("apiVersion", "")
        if version.count("/") > 1:
            why = f"unexpected GroupVersion string: {version}"
            out.append(field.invalid(f"{path}.apiVersion", version, why))
        namespace = selector.get("namespace", "")
        for why in names.dns_label(namespace) if namespace else ():
            out.append(field.invalid(f"{path}.namespace", namespace, why))
    addresses = dig(spec, "backendStore", "openSearch", "addresses", default=())
    for index, address in enumerate(addresses):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            path = f"spec.backendStore.openSearch.addresses[{index}]"
            out.append(field.invalid(path, address, _ADDRESS))
    return out
