"""Flux: Kustomization, HelmRelease, and where they get their sources from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.base import Handlers, Registry
from karmada_nb.engine.karmada.interpreter.dependencies import reference
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping
from karmada_nb.engine.karmada.interpreter.third_party.status import Status, has_condition
from karmada_nb.engine.meta import Object, dig

_SUCCEEDED: Final = "Succeeded"
_RECONCILED: Final = "ReconciliationSucceeded"
_Named: TypeAlias = tuple[str, Any]
"""Kind and name of something that must travel along."""


def retain_suspend(desired: Object, observed: Object) -> Object:
    """Who suspends it in a member means it."""
    suspend = mapping(observed, "spec").get("suspend")
    return desired if suspend is None else meta.replace(desired, ("spec", "suspend"), suspend)


def ready(*reasons: str) -> Callable[[Object], bool]:
    return lambda obj: has_condition(obj, *reasons)


def names(*paths: tuple[str, ...], account: bool = False) -> Callable[[Object], list[Object]]:
    """Secrets whose names lie at ``paths`` in the spec; with ``account`` the service account too."""

    def dependencies(obj: Object) -> list[Object]:
        spec = mapping(obj, "spec")
        found: list[_Named] = [("Secret", dig(spec, *path, "name")) for path in paths]
        if account:
            found.append(("ServiceAccount", spec.get("serviceAccountName")))
        return _references(obj, found)

    return dependencies


def release_dependencies(obj: Object) -> list[Object]:
    """Values, keys to verify the chart by, and whom it is installed as."""
    spec = mapping(obj, "spec")
    values = list_field(spec, "valuesFrom")
    found: list[_Named] = [
        (value["kind"], value.get("name")) for value in values if value.get("kind") in ("Secret", "ConfigMap")
    ]
    found.append(("Secret", dig(spec, "chart", "spec", "verify", "secretRef", "name")))
    found.append(("Secret", dig(spec, "kubeConfig", "secretRef", "name")))
    found.append(("ServiceAccount", spec.get("serviceAccountName")))
    return _references(obj, found)


def _references(obj: Object, found: list[_Named]) -> list[Object]:
    unique = dict.fromkeys((kind, name) for kind, name in found if name)
    return [reference(kind, meta.namespace(obj), name) for kind, name in unique]


def _handlers(status: Status, healthy: Callable[[Object], bool], needs: Any) -> Handlers:
    return Handlers(
        retain=retain_suspend,
        aggregate=status.aggregate,
        reflect=status.reflect,
        health=healthy,
        dependencies=needs,
    )


_SOURCE: Final = ("conditions", "observedGeneration", "observedIgnore")
_KEY: Final = ("secretRef",)
_VERIFY: Final = ("verify", "secretRef")
_PLACE: Final = {"artifact": {}, "url": ""}

FLUX: Final[Registry] = {
    ("kustomize.toolkit.fluxcd.io/v1", "Kustomization"): _handlers(
        Status(
            kept=("lastAppliedRevision", "lastAttemptedRevision"),
            conditions=True,
            told=("conditions", "observedGeneration"),
        ),
        ready(_RECONCILED),
        names(("decryption", "secretRef"), ("kubeConfig", "secretRef"), account=True),
    ),
    ("helm.toolkit.fluxcd.io/v2beta1", "HelmRelease"): _handlers(
        Status(
            kept=(
                "lastAttemptedRevision",
                "lastAppliedRevision",
                "lastAttemptedValuesChecksum",
                "helmChart",
                "lastReleaseRevision",
            ),
            added=("failures", "upgradeFailures", "installFailures"),
            conditions=True,
            told=("conditions", "observedGeneration"),
        ),
        ready(_RECONCILED),
        release_dependencies,
    ),
    ("source.toolkit.fluxcd.io/v1", "GitRepository"): _handlers(
        Status(latest={"artifact": {}}, conditions=True, told=(*_SOURCE, "observedRecurseSubmodules")),
        ready(_SUCCEEDED),
        names(_KEY, _VERIFY),
    ),
    ("source.toolkit.fluxcd.io/v1beta2", "Bucket"): _handlers(
        Status(latest=_PLACE, conditions=True, told=_SOURCE), ready(_SUCCEEDED), names(_KEY)
    ),
    ("source.toolkit.fluxcd.io/v1beta2", "HelmChart"): _handlers(
        Status(
            latest={**_PLACE, "observedChartName": "", "observedSourceArtifactRevision": ""},
            conditions=True,
            told=("conditions",),
        ),
        ready(_SUCCEEDED, "ChartPullSucceeded"),
        names(_VERIFY),
    ),
    ("source.toolkit.fluxcd.io/v1beta2", "HelmRepository"): _handlers(
        Status(latest=_PLACE, conditions=True, told=("conditions", "observedGeneration")),
        ready(_SUCCEEDED),
        names(_KEY),
    ),
    ("source.toolkit.fluxcd.io/v1beta2", "OCIRepository"): _handlers(
        Status(latest=_PLACE, conditions=True, told=(*_SOURCE, "observedLayerSelector")),
        ready(_SUCCEEDED),
        names(_KEY, _VERIFY, ("certSecretRef",), account=True),
    ),
}
