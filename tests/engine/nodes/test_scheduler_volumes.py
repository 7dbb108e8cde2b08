"""Pods wait for their claims, as PreFilter of upstream's volumebinding plugin has them wait."""

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler.volumes import UNBOUND, hindrance
from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import Lab

CLAIMS = Resource("", "v1", "persistentvolumeclaims")
CLASSES = Resource("storage.k8s.io", "v1", "storageclasses")
VOLUMES = [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]
CLASS = {"volumeBindingMode": "WaitForFirstConsumer"}
BOUND = {"pv.kubernetes.io/bind-completed": "yes"}


def claim(phase: str = "Pending", annotations: Object | None = None, **spec: Any) -> Object:
    metadata = {"name": "c", "namespace": "default", "annotations": annotations or {}}
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase}}


GOING = claim()
GOING["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, 'persistentvolumeclaim "c" not found'),
        (GOING, 'persistentvolumeclaim "c" is being deleted'),
        (
            claim("Lost", BOUND, volumeName="pv"),
            'persistentvolumeclaim "c" bound to non-existent persistentvolume "pv"',
        ),
        (claim(), UNBOUND),
        (claim(storageClassName="immediate"), UNBOUND),
        (claim(storageClassName="nobody"), UNBOUND),
        (claim(storageClassName="late", volumeName="pv"), UNBOUND),
        (claim(storageClassName="late"), ""),
        (claim("Bound", BOUND, volumeName="pv"), ""),
    ],
    ids=["missing", "going", "lost", "no class", "immediate", "class missing", "prebound", "late", "bound"],
)
def test_what_a_pod_waits_for(found: Object | None, why: str) -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"volumes": VOLUMES}}
    classes: dict[str, Object] = {"late": CLASS, "immediate": {"volumeBindingMode": "Immediate"}}
    assert hindrance(pod, lambda name: found, classes.get) == why


def test_a_pod_without_claims_waits_for_nothing() -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"volumes": [{"name": "v", "emptyDir": {}}]}}
    assert hindrance(pod, lambda name: None, lambda name: None) == ""


async def test_a_pod_is_scheduled_when_its_claim_comes() -> None:
    async with Lab(nodes=2) as lab:
        waiting = await lab.sleeper("p", volumes=VOLUMES)
        found = meta.condition(waiting, "PodScheduled") or {}
        text = (
            '0/2 nodes are available: persistentvolumeclaim "c" not found. '
            "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
        )
        assert (found["status"], found["reason"], found["message"]) == ("False", "Unschedulable", text)
        late = {"metadata": {"name": "late"}, "provisioner": "example.com/disk", **CLASS}
        await lab.client.create(CLASSES, late)
        spec = {
            "storageClassName": "late",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        }
        await lab.client.create(CLAIMS, {"metadata": {"name": "c"}, "spec": spec}, "default")
        await lab.clock.advance(1)
        assert (await lab.pod("p"))["spec"]["nodeName"]
