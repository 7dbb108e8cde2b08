"""StatefulSets.

Follows pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go and
pkg/registry/apps/statefulset/strategy.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.strategies.filling import drop, each, fill, filler, within
from karmada_nb.engine.apiserver.strategies.podspec import default_claim_spec, default_template
from karmada_nb.engine.apiserver.strategies.workload import REPLICAS, Workload, default_rolling
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.claim import validate_claim_spec
from karmada_nb.engine.apiserver.validation.names import dns_label
from karmada_nb.engine.apiserver.validation.workload import (
    replica_counts,
    replica_template,
    required_selector,
)
from karmada_nb.engine.apiserver.warnings.workloads import of_stateful_set
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SPEC: Final = {
    "replicas": 1,
    "podManagementPolicy": "OrderedReady",
    "updateStrategy": {},
    "revisionHistoryLimit": 10,
    "persistentVolumeClaimRetentionPolicy": {},
}
_PARTS: Final = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
_COUNTS: Final = ("replicas", *_PARTS, "observedGeneration", "collisionCount")
_RETAIN: Final = filler({"whenDeleted": "Retain", "whenScaled": "Retain"})
_MUTABLE: Final = frozenset(
    {
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    }
)
_IMMUTABLE: Final = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


class StatefulSet(Workload):
    scale = REPLICAS
    blank_status = {"replicas": 0, "availableReplicas": 0}

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_spec)

    def validate_name(self, name: str) -> list[str]:
        return dns_label(name)

    def validate_spec(self, spec: Object, old: Object | None) -> list[Cause]:
        causes = _spec(spec, old)
        if old is not None and any(spec.get(name) != old.get(name) for name in {*spec, *old} - _MUTABLE):
            causes.append(field.forbidden("spec", _IMMUTABLE))
        return causes

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_stateful_set(obj, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        status, before = obj.get("status") or {}, old.get("status") or {}
        return replica_counts(status, before, _COUNTS, _PARTS, "status.readyReplicas")


def _default_spec(spec: Object) -> Object:
    spec = within(spec, "template", default_template)
    spec = fill(each(spec, "volumeClaimTemplates", _claim), _SPEC)
    spec = within(spec, "updateStrategy", _default_update)
    return within(spec, "persistentVolumeClaimRetentionPolicy", _RETAIN)


def _claim(claim: Object) -> Object:
    claim = fill(claim, {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "status": {}})
    claim = within(claim, "status", filler({"phase": "Pending"}))
    return within(claim, "spec", default_claim_spec)


def _default_update(strategy: Object) -> Object:
    """The gate MaxUnavailableStatefulSet is off in this release, so that field is dropped."""
    strategy = within(strategy, "rollingUpdate", lambda rolling: drop(rolling, "maxUnavailable"))
    return default_rolling(strategy, {"partition": 0})


def _spec(spec: Object, old: Object | None) -> list[Cause]:
    causes: list[Cause] = []
    policy = spec.get("podManagementPolicy", "")
    if not policy:
        causes.append(field.required("spec.podManagementPolicy"))
    elif policy not in ("OrderedReady", "Parallel"):
        why = "must be 'OrderedReady' or 'Parallel'"
        causes.append(field.invalid("spec.podManagementPolicy", policy, why))
    causes += _update_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for name in ("whenDeleted", "whenScaled"):
        value = retention.get(name, "Retain")
        if value not in ("Retain", "Delete"):
            path = f"spec.persistentVolumeClaimRetentionPolicy.{name}"
            causes.append(field.not_supported(path, value, ("Retain", "Delete")))
    if old is None:
        for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
            causes += validate_claim_spec(claim.get("spec") or {}, f"spec.volumeClaimTemplates[{index}].spec")
    for name in ("replicas", "minReadySeconds"):
        causes += field.non_negative(f"spec.{name}", spec.get(name))
    causes += field.non_negative("spec.ordinals.start", (spec.get("ordinals") or {}).get("start"))
    service = spec.get("serviceName")
    if service and (old is None or service != old.get("serviceName")):
        causes += field.each("spec.serviceName", service, dns_label(service))
    selector = spec.get("selector")
    causes += required_selector(selector, "statefulset", "spec.selector")
    template = _with_claims(spec.get("template"), spec)
    before = _with_claims((old or {}).get("template"), spec)
    return causes + replica_template(selector, template, before, "StatefulSet")


def _with_claims(template: Object | None, spec: Object) -> Object | None:
    """The template with the volumes that its claims will be, so that containers may mount them.

    Names of hosts are the controller's to give, whatever the template says.
    """
    claims = spec.get("volumeClaimTemplates") or []
    pod = (template or {}).get("spec") or {}
    if not template or not (claims or pod.get("hostname") or pod.get("subdomain")):
        return template
    names = {(claim.get("metadata") or {}).get("name", "") for claim in claims}
    others = [volume for volume in pod.get("volumes") or [] if volume.get("name") not in names]
    made = ({"name": name, "persistentVolumeClaim": {"claimName": name}} for name in sorted(names))
    return {**template, "spec": {**drop(pod, "hostname", "subdomain"), "volumes": [*made, *others]}}


def _update_strategy(strategy: Object, path: str) -> list[Cause]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "OnDelete":
        if rolling is None:
            return []
        why = "only allowed for updateStrategy 'RollingUpdate'"
        return [field.invalid(f"{path}.rollingUpdate", _internal(rolling), why)]
    if kind == "RollingUpdate":
        return field.non_negative(f"{path}.rollingUpdate.partition", (rolling or {}).get("partition"))
    if not kind:
        return [field.required(path)]
    shown = {"Type": kind, "RollingUpdate": None if rolling is None else _internal(rolling)}
    return [field.invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def _internal(rolling: Object) -> Object:
    return {"Partition": rolling.get("partition", 0), "MaxUnavailable": None}
