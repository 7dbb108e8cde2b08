"""Every pod runs as a service account, and reads its token from a volume.

Follows plugin/pkg/admission/serviceaccount/admission.go.
"""

from __future__ import annotations

import secrets
from typing import Final

from karmada_nb.engine.apiserver.admission.chain import Attributes, Reader
from karmada_nb.engine.apiserver.admission.new_pods import NewPods, refused
from karmada_nb.engine.apiserver.strategies.filling import each
from karmada_nb.engine.meta import Object

DEFAULT_ACCOUNT: Final = "default"
TOKEN_PATH: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
_VOLUME: Final = "kube-api-access-"
_TOKEN_SECONDS: Final = 3607
_LETTERS: Final = "bcdfghjklmnpqrstvwxz2456789"
_SOURCE: Final[Object] = {
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": _TOKEN_SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [
                    {
                        "path": "namespace",
                        "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                    }
                ]
            }
        },
    ],
    "defaultMode": 0o644,
}


class ServiceAccount(NewPods):
    """Gives a new pod its account; a pod may come before its namespace's ``default`` account."""

    def admit_pod(self, pod: Object, attributes: Attributes, reader: Reader) -> Object | None:
        spec = pod.get("spec") or {}
        name = spec.get("serviceAccountName") or DEFAULT_ACCOUNT
        account = reader.find("serviceaccounts", attributes.namespace, name)
        if account is None and name != DEFAULT_ACCOUNT:
            why = (
                f"error looking up service account {attributes.namespace}/{name}: "
                f'serviceaccount "{name}" not found'
            )
            raise refused(attributes, why)
        spec = {**spec, "serviceAccountName": name, "serviceAccount": name}
        if not spec.get("imagePullSecrets") and account and account.get("imagePullSecrets"):
            spec["imagePullSecrets"] = account["imagePullSecrets"]
        if _mounts_token(spec, account or {}):
            spec = _with_token(spec, attributes.once("token volume", _new_name))
        return {**pod, "spec": spec}


def _mounts_token(spec: Object, account: Object) -> bool:
    for said in (spec, account):
        wanted = said.get("automountServiceAccountToken")
        if wanted is not None:
            return bool(wanted)
    return True


def _new_name() -> str:
    return _VOLUME + "".join(secrets.choice(_LETTERS) for _ in range(5))


def _with_token(spec: Object, new_name: str) -> Object:
    volumes = spec.get("volumes") or []
    found = next((v["name"] for v in volumes if v.get("name", "").startswith(_VOLUME)), "")
    name = found or new_name
    mount = {"name": name, "readOnly": True, "mountPath": TOKEN_PATH}

    def mounted(container: Object) -> Object:
        mounts = container.get("volumeMounts") or []
        if any(other.get("mountPath") == TOKEN_PATH for other in mounts):
            return container
        return {**container, "volumeMounts": [*mounts, mount]}

    out = each(each(spec, "initContainers", mounted), "containers", mounted)
    if found or out is spec:
        return out
    return {**out, "volumes": [*volumes, {"name": name, "projected": _SOURCE}]}
