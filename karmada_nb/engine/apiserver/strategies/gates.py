"""Fields of pods whose feature gates are off in this release: they are dropped before anything looks at them.

Follows dropDisabledFields in pkg/api/pod/util.go: GenericWorkload, ContainerStopSignals,
ClusterTrustBundleProjection and PodCertificateRequest are off unless somebody turns them on.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.strategies.filling import drop, each, within
from karmada_nb.engine.meta import Object

_SOURCES: Final = ("clusterTrustBundle", "podCertificate")


def without_disabled(spec: Object) -> Object:
    """A pod spec without what is switched off."""
    spec = each(drop(spec, "schedulingGroup"), "volumes", _volume)
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        spec = each(spec, kind, _container)
    return spec


def _volume(volume: Object) -> Object:
    if "projected" not in volume:
        return volume
    return within(volume, "projected", lambda source: each(source, "sources", lambda s: drop(s, *_SOURCES)))


def _container(container: Object) -> Object:
    lifecycle = container.get("lifecycle")
    if not lifecycle or "stopSignal" not in lifecycle:
        return container
    rest = drop(lifecycle, "stopSignal")
    return {**container, "lifecycle": rest} if rest else drop(container, "lifecycle")
