"""What a pod's spec may not say, in upstream's words.

The situations and texts are those of pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.apiserver.validation.pod import validate_pod_spec


def spec(container: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    whole = {
        "name": "c",
        "image": "i",
        "imagePullPolicy": "Always",
        "terminationMessagePolicy": "File",
        **(container or {}),
    }
    base = {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "terminationGracePeriodSeconds": 30}
    return {**base, "containers": [whole], **fields}


def complaints(given: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cause.field, cause.message) for cause in validate_pod_spec(given, "spec")]


def test_a_plain_pod_is_fine() -> None:
    assert complaints(spec()) == []


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        (
            spec({"securityContext": {"runAsUser": -1}}),
            "spec.containers[0].securityContext.runAsUser",
            "Invalid value: -1: must be between 0 and 2147483647, inclusive",
        ),
        (
            spec({"securityContext": {"seccompProfile": {"type": "Localhost"}}}),
            "spec.containers[0].securityContext.seccompProfile.localhostProfile",
            "Required value: must be set when seccomp type is Localhost",
        ),
        (
            spec(hostPID=True, shareProcessNamespace=True),
            "spec.securityContext.shareProcessNamespace",
            "Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled",
        ),
        (
            spec(hostUsers=False, hostNetwork=True),
            "spec.hostNetwork",
            "Forbidden: when `hostUsers` is false",
        ),
        (
            spec(os={"name": "windows"}, securityContext={"runAsUser": 1}),
            "spec.securityContext.runAsUser",
            "Forbidden: cannot be set for a windows pod",
        ),
        (
            spec({"lifecycle": {"preStop": {"sleep": {"seconds": 31}}}}),
            "spec.containers[0].lifecycle.preStop.sleep",
            "Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)",
        ),
        (
            spec({"resizePolicy": [{"resourceName": "gpu", "restartPolicy": "NotRequired"}]}),
            "spec.containers[0].resizePolicy",
            'Unsupported value: "gpu": supported values: "cpu", "memory"',
        ),
        (
            spec(resources={"requests": {"cpu": "1"}, "limits": {"cpu": "500m"}}),
            "spec.resources.requests",
            'Invalid value: "1": must be less than or equal to cpu limit of 500m',
        ),
        (
            spec({"resources": {"requests": {"cpu": "2"}}}, resources={"requests": {"cpu": "1"}}),
            "spec.resources.requests[cpu]",
            'Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
        ),
        (
            spec(resourceClaims=[{"name": "gpu"}]),
            "spec.resourceClaims[0]",
            'Invalid value: {"Name":"gpu","ResourceClaimName":null,"ResourceClaimTemplateName":null}: '
            "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
        ),
        (
            spec(dnsPolicy="None"),
            "spec.dnsConfig",
            "Required value: must provide `dnsConfig` when `dnsPolicy` is None",
        ),
        (
            spec(
                {"volumeDevices": [{"name": "v", "devicePath": "/d"}]},
                volumes=[{"name": "v", "emptyDir": {}}],
            ),
            "spec.containers[0].volumeDevices[0].name",
            'Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for '
            "block mode",
        ),
        (
            spec(
                {"volumeMounts": [{"name": "v", "mountPath": "/m", "mountPropagation": "Bidirectional"}]},
                volumes=[{"name": "v", "emptyDir": {}}],
            ),
            "spec.containers[0].volumeMounts.mountPropagation",
            "Forbidden: Bidirectional mount propagation is available only to privileged containers",
        ),
    ],
)
def test_a_pod_is_refused_for_one_reason(given: dict[str, Any], field: str, message: str) -> None:
    assert complaints(given) == [(field, message)]
