"""ConfigMaps, Secrets and ServiceAccounts.

Follows pkg/apis/core/v1/{defaults,conversion}.go, pkg/registry/core/{configmap,secret,serviceaccount} and
ValidateConfigMap, ValidateSecret in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import base64
from typing import Final

import orjson

from karmada_nb.engine import golang, meta
from karmada_nb.engine.apiserver.strategies.base import Builtin
from karmada_nb.engine.apiserver.strategies.filling import drop, each, fill
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.amounts import decoded_size
from karmada_nb.engine.apiserver.validation.key_pairs import key_pair_complaint
from karmada_nb.engine.apiserver.validation.names import config_key
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

MAX_BYTES: Final = 1024 * 1024
"""All values of a ConfigMap or Secret together."""
_FROZEN: Final = "field is immutable when `immutable` is set"
_ACCOUNT: Final = "kubernetes.io/service-account.name"
_REQUIRED_KEYS: Final = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


class ConfigMap(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
        size = 0
        for key, value in data.items():
            causes += field.each(f"data[{key}]", key, config_key(key))
            if key in binary:
                why = "duplicate of key present in binaryData"
                causes.append(field.invalid(f"data[{key}]", key, why))
            size += len(value.encode())
        for key, value in binary.items():
            causes += field.each(f"binaryData[{key}]", key, config_key(key))
            size += decoded_size(value)
        return causes + ([field.too_long("[]", MAX_BYTES)] if size > MAX_BYTES else [])

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return _frozen(obj, old, "data", "binaryData") + self.validate(obj)


class Secret(Builtin):
    selectable = ("type",)

    def default(self, obj: Object) -> Object:
        return fill(_merged(obj), {"type": "Opaque"})

    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        data = obj.get("data") or {}
        for key in data:
            causes += field.each(f"data[{key}]", key, config_key(key))
        if sum(map(decoded_size, data.values())) > MAX_BYTES:
            causes.append(field.too_long("data", MAX_BYTES))
        return causes + _typed(obj, data)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        causes = field.immutable("type", obj.get("type", ""), old.get("type", ""))
        return causes + _frozen(obj, old, "data") + self.validate(obj)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """A certificate and a key that do not go together, as Go's TLS library says it."""
        if obj.get("type") != "kubernetes.io/tls":
            return []
        data = obj.get("data") or {}
        why = key_pair_complaint(*(base64.b64decode(data.get(name, "")) for name in ("tls.crt", "tls.key")))
        return [why] if why else []


class ServiceAccount(Builtin):
    returns_deleted = True

    def prepare_create(self, obj: Object) -> Object:
        return each(obj, "secrets", _name_only)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        return each(obj, "secrets", _name_only)


def _name_only(reference: Object) -> Object:
    return reference if reference.keys() <= {"name"} else {k: v for k, v in reference.items() if k == "name"}


def _merged(obj: Object) -> Object:
    """``stringData`` is written only: it goes into ``data``."""
    plain = obj.get("stringData")
    if "stringData" not in obj:
        return obj
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in (plain or {}).items()}
    data = {**(obj.get("data") or {}), **encoded}
    return {**drop(obj, "stringData"), **({"data": data} if data else {})}


def _frozen(obj: Object, old: Object, *names: str) -> list[Cause]:
    if not old.get("immutable"):
        return []
    causes: list[Cause] = []
    if not obj.get("immutable"):
        causes.append(field.forbidden("immutable", _FROZEN))
    changed = (name for name in names if (obj.get(name) or {}) != (old.get(name) or {}))
    return causes + [field.forbidden(name, _FROZEN) for name in changed]


def _typed(obj: Object, data: Object) -> list[Cause]:
    kind = obj.get("type", "")
    if kind == "kubernetes.io/service-account-token":
        if meta.annotations(obj).get(_ACCOUNT):
            return []
        return [field.required(f"metadata.annotations[{_ACCOUNT}]")]
    if kind == "kubernetes.io/basic-auth":
        if "username" in data or "password" in data:
            return []
        return [field.required("data[username]"), field.required("data[password]")]
    causes: list[Cause] = []
    for key in _REQUIRED_KEYS.get(kind, ()):
        if key not in data or (key == "ssh-privatekey" and not data[key]):
            causes.append(field.required(f"data[{key}]"))
        elif key.startswith(".docker"):
            why = _not_json(data[key])
            if why:
                causes.append(field.invalid(f"data[{key}]", "<secret contents redacted>", why))
    return causes


def _not_json(encoded: str) -> str:
    content = base64.b64decode(encoded)
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return golang.json_error(content)
    return ""
