"""Kinds that extend or serve the cluster: webhooks and policies of admission, CRDs, signing requests.

Follows pkg/apis/admissionregistration/v1/defaults.go, pkg/apis/certificates, pkg/apis/node, and
k8s.io/apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd.definition import validate_change, validate_definition
from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import each, fill, filler, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_label, path_segment
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_WEBHOOK: Final[dict[str, Any]] = {
    "failurePolicy": "Fail",
    "matchPolicy": "Equivalent",
    "namespaceSelector": {},
    "objectSelector": {},
    "timeoutSeconds": 10,
}
_MATCH: Final[dict[str, Any]] = {
    "namespaceSelector": {},
    "objectSelector": {},
    "matchPolicy": "Equivalent",
}
_SCOPE: Final = filler({"scope": "*"})
_PORT: Final = filler({"port": 443})


class ValidatingWebhookConfiguration(Builtin):
    generational = True
    allow_unconditional_update = False
    webhook: dict[str, Any] = _WEBHOOK

    def default(self, obj: Object) -> Object:
        return each(obj, "webhooks", self._default_webhook)

    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        for index, webhook in enumerate(obj.get("webhooks") or []):
            path, name = f"webhooks[{index}]", webhook.get("name", "")
            if not name:
                causes.append(field.required(f"{path}.name"))
            elif name.count(".") < 2:
                why = "should be a domain with at least three segments separated by dots"
                causes.append(field.invalid(f"{path}.name", name, why))
            if not webhook.get("admissionReviewVersions"):
                why = "must specify one of v1, v1beta1"
                causes.append(field.required(f"{path}.admissionReviewVersions", why))
            effects = webhook.get("sideEffects")
            if effects not in ("None", "NoneOnDryRun"):
                supported = ("None", "NoneOnDryRun")
                causes.append(
                    field.required(f"{path}.sideEffects", 'must specify one of "None", "NoneOnDryRun"')
                    if effects is None
                    else field.not_supported(f"{path}.sideEffects", effects, supported)
                )
            client = webhook.get("clientConfig") or {}
            if ("url" in client) == ("service" in client):
                why = "exactly one of url or service is required"
                causes.append(field.required(f"{path}.clientConfig", why))
        return causes

    def _default_webhook(self, webhook: Object) -> Object:
        webhook = each(webhook, "rules", _SCOPE)
        webhook = within(webhook, "clientConfig", lambda client: within(client, "service", _PORT))
        return fill(webhook, self.webhook)


class MutatingWebhookConfiguration(ValidatingWebhookConfiguration):
    webhook = {**_WEBHOOK, "reinvocationPolicy": "Never"}


class ValidatingAdmissionPolicy(StatusBuiltin):
    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_policy)


class ValidatingAdmissionPolicyBinding(Builtin):
    generational = True

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: within(spec, "matchResources", _default_match))


class CertificateSigningRequest(StatusBuiltin):
    generational = False
    selectable = ("spec.signerName",)

    def validate_name(self, name: str) -> list[str]:
        return path_segment(name)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        return {**super().prepare_update(obj, old), "spec": old.get("spec") or {}}

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        names = ("usages", "signerName")
        return [field.required(f"spec.{name}") for name in names if not spec.get(name)]


class RuntimeClass(Builtin):
    allow_create_on_update = True
    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[Cause]:
        handler = obj.get("handler", "")
        if not handler:
            return [field.required("handler")]
        return field.each("handler", handler, dns_label(handler))

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
        stored = list(dict.fromkeys(version["name"] for version in versions if version.get("storage")))
        return {**obj, "status": {**self.blank_status, "storedVersions": stored or None}}

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


def _default_policy(spec: Object) -> Object:
    spec = fill(spec, {"failurePolicy": "Fail"})
    return within(spec, "matchConstraints", _default_match)


def _default_match(match: Object) -> Object:
    for name in ("resourceRules", "excludeResourceRules"):
        match = each(match, name, _SCOPE)
    return fill(match, _MATCH)


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
