"""Kinds that extend or serve the cluster: CRDs, signing requests, runtime classes, revisions.

Follows pkg/apis/certificates, pkg/apis/node, and
k8s.io/apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd.definition import validate_change, validate_definition
from karmada_nb.engine.apiserver.crd.formats import unrecognized_formats
from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import fill, filler, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.internal import internal
from karmada_nb.engine.apiserver.validation.metadata import validate_labels
from karmada_nb.engine.apiserver.validation.names import dns_label, path_segment
from karmada_nb.engine.apiserver.validation.resources import validate_requirements
from karmada_nb.engine.apiserver.validation.scheduling import validate_tolerations
from karmada_nb.engine.apiserver.validation.signing import validate_conditions, validate_request
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_PORT: Final = filler({"port": 443})


class CertificateSigningRequest(StatusBuiltin):
    generational = False
    selectable = ("spec.signerName",)

    def validate_name(self, name: str) -> list[str]:
        return path_segment(name)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        return {**super().prepare_update(obj, old), "spec": old.get("spec") or {}}

    def validate(self, obj: Object) -> list[Cause]:
        return validate_request(obj.get("spec") or {}, "spec")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return []

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return validate_conditions(obj)


class RuntimeClass(Builtin):
    allow_create_on_update = True
    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[Cause]:
        handler = obj.get("handler", "")
        causes = field.checked("handler", handler, dns_label)
        overhead = obj.get("overhead")
        if overhead is not None:
            amounts = {"limits": overhead.get("podFixed") or {}}
            causes += validate_requirements(amounts, "overhead")
        scheduling = obj.get("scheduling")
        if scheduling is not None:
            causes += validate_labels(scheduling.get("nodeSelector"), "scheduling.nodeSelector")
            tolerations = scheduling.get("tolerations") or []
            causes += validate_tolerations(tolerations, "scheduling.tolerations")
            for index, toleration in enumerate(tolerations):
                if toleration in tolerations[:index]:
                    shown = internal("core/v1.Toleration", toleration)
                    causes.append(field.duplicate(f"scheduling.tolerations[{index}]", shown))
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return field.immutable("handler", obj.get("handler"), old.get("handler"))


class ControllerRevision(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        causes = [] if obj.get("data") is not None else [field.required("data", "data is mandatory")]
        return causes + field.non_negative("revision", obj.get("revision"))

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return self.validate(obj) + field.immutable("data", obj.get("data"), old.get("data"))


class CustomResourceDefinition(StatusBuiltin):
    """Definitions of custom resources."""

    allow_unconditional_update = False
    returns_deleted = True
    final_steps = ("customresourcecleanup.apiextensions.k8s.io",)
    blank_status = {
        "conditions": None,
        "acceptedNames": {"plural": "", "kind": ""},
        "storedVersions": None,
    }

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_definition)

    def initial_status(self, obj: Object) -> Object:
        versions = meta.dig(obj, "spec", "versions", default=[])
        stored = [version["name"] for version in versions if version.get("storage")][:1]
        return {**obj, "status": {**self.blank_status, "storedVersions": stored or None}}

    def prepare_update(self, obj: Object, old: Object) -> Object:
        """From now on there may be objects of a storage version that is new."""
        out = super().prepare_update(obj, old)
        stored: list[str] = meta.dig(out, "status", "storedVersions", default=[])
        versions = meta.dig(out, "spec", "versions", default=[])
        current = next((v["name"] for v in versions if v.get("storage")), None)
        if current is None or current in stored:
            return out
        return meta.replace(out, ["status", "storedVersions"], [*stored, current])

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        known = set(unrecognized_formats(old)) if old is not None else set()
        return [f'unrecognized format "{form}"' for form in unrecognized_formats(obj) if form not in known]

    def validate(self, obj: Object) -> list[Cause]:
        return validate_definition(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return [] if obj.get("spec") is old.get("spec") else validate_change(obj, old)

    def terminate(self, obj: Object) -> Object:
        """A definition says that its instances go first."""
        now = meta.parse_time(obj["metadata"]["deletionTimestamp"])
        conditions = meta.set_condition(
            meta.dig(obj, "status", "conditions", default=[]),
            "Terminating",
            "True",
            "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
            now,
        )
        return meta.replace(obj, ["status", "conditions"], conditions)


def _default_definition(spec: Object) -> Object:
    spec = within(spec, "names", _default_names)
    spec = fill(spec, {"conversion": {"strategy": "None"}})
    return within(
        spec,
        "conversion",
        lambda conversion: within(
            conversion,
            "webhook",
            lambda hook: within(hook, "clientConfig", lambda client: within(client, "service", _PORT)),
        ),
    )


def _default_names(names: Object) -> Object:
    kind = names.get("kind", "")
    more = {"singular": kind.lower(), "listKind": f"{kind}List"} if kind else {}
    return fill({**more, **names}, more) if not more.keys() <= names.keys() else names
