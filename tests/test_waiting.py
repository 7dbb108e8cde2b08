"""Waiting, and how far an object is."""

from typing import Any

import pytest

from karmada_nb import waiting
from karmada_nb.manifests import Object
from karmada_nb.readiness import describe, reached
from karmada_nb.waiting import Timeout, until


def workload(replicas: int, ready: int, generation: int = 1, observed: int = 1) -> Object:
    return {
        "kind": "Deployment",
        "metadata": {"name": "a", "generation": generation},
        "spec": {"replicas": replicas, "template": {}},
        "status": {"readyReplicas": ready, "observedGeneration": observed},
    }


def with_status(kind: str, **status: Any) -> Object:
    return {"kind": kind, "metadata": {"name": "a", "generation": 1}, "spec": {}, "status": status}


def conditions(kind: str, **said: str) -> Object:
    return with_status(kind, conditions=[{"type": name, "status": status} for name, status in said.items()])


def daemons(wanted: int, ready: int, **more: int) -> Object:
    """A DaemonSet as its API has it: the numbers are there from the first moment on."""
    return with_status("DaemonSet", desiredNumberScheduled=wanted, numberReady=ready, **more)


SERVICE: Object = {"kind": "Service", "metadata": {"name": "a"}, "spec": {"selector": {"app": "a"}}}


def endpoints(*ready: bool | None) -> Object:
    """An EndpointSlice; an endpoint that says nothing of being ready is (None)."""
    said = [{} if one is None else {"conditions": {"ready": one}} for one in ready]
    found = [{"addresses": [f"10.0.0.{index}"], **one} for index, one in enumerate(said)]
    return {"kind": "EndpointSlice", "metadata": {"name": "a-1"}, "endpoints": found}


def test_what_is_true_is_given_at_once() -> None:
    assert until(lambda: "here", "it", 0) == "here"


def test_what_never_comes_says_so() -> None:
    with pytest.raises(Timeout, match=r"expected it within 0 s; found: nothing\. See it with: look"):
        until(lambda: False, "it", 0, found=lambda: "nothing", see="look")


def test_a_progress_line_shows_only_what_takes_long(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting.progress() as line:
        line("waiting for nothing")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("obj", "ready", "gone", "wanted"),
    [
        (workload(2, 2), None, False, True),
        (workload(2, 1), True, False, False),
        (workload(2, 1), 1, False, True),
        (workload(2, 2, generation=2), None, False, False),
        (workload(0, 0), 0, False, True),
        (None, None, False, False),
        (None, None, True, True),
        (workload(1, 1), None, True, False),
        ({"kind": "ConfigMap", "metadata": {}}, None, False, True),
        ({"kind": "Cluster", "metadata": {}, "status": {}}, True, False, False),
        (
            {
                "kind": "Cluster",
                "metadata": {},
                "status": {"conditions": [{"type": "Ready", "status": "True"}]},
            },
            True,
            False,
            True,
        ),
    ],
)
def test_when_an_object_is_as_it_should_be(
    obj: Object | None, ready: int | None, gone: bool, wanted: bool
) -> None:
    assert reached(obj, ready, gone=gone) is wanted


@pytest.mark.parametrize(
    ("obj", "wanted"),
    [
        (daemons(0, 0), False),  # nobody has looked at it yet
        (daemons(0, 0, observedGeneration=1), True),  # no node fits
        (daemons(2, 1, observedGeneration=1), False),
        (daemons(2, 2, observedGeneration=1), True),
        (daemons(6, 6), True),  # summed up by Karmada v1.2
        (conditions("StatefulSet"), True),  # no replicas are asked for, and nothing else is known
        (conditions("Job"), False),
        (conditions("Job", Failed="True"), False),
        (conditions("Job", Complete="True"), True),
        (conditions("Pod", Ready="False"), False),
        (conditions("Pod", Ready="True"), True),
        (with_status("Pod", phase="Succeeded"), True),
        (conditions("Node", Ready="Unknown"), False),
        (conditions("CustomResourceDefinition", NamesAccepted="True"), False),
        (conditions("CustomResourceDefinition", NamesAccepted="True", Established="True"), True),
        (conditions("APIService", Available="True"), True),
        (conditions("ResourceBinding", Scheduled="True", FullyApplied="False"), False),
        (conditions("ResourceBinding", Scheduled="True", FullyApplied="True"), True),
        (conditions("Work", Applied="False"), False),
        (with_status("Namespace", phase="Terminating"), False),
        (with_status("PersistentVolumeClaim", phase="Pending"), False),
        (with_status("PersistentVolumeClaim", phase="Bound"), True),
        (conditions("Gateway", Ready="False"), False),  # of a kind unknown here
    ],
)
def test_every_kind_has_its_own_readiness(obj: Object, wanted: bool) -> None:
    assert reached(obj, True) is wanted
    assert reached(obj, None) is wanted
    assert reached(obj, False) is not wanted


def test_a_service_is_ready_by_its_endpoints() -> None:
    assert reached(SERVICE, None), "without a wish it only has to exist"
    assert not reached(SERVICE, True)
    assert not reached(SERVICE, True, [endpoints(False)])
    assert reached(SERVICE, True, [endpoints(False), endpoints(None)])
    assert reached(SERVICE, 2, [endpoints(True, True)])
    assert not reached(SERVICE, 3, [endpoints(True, True)])
    assert describe(SERVICE, "service/a", [endpoints(True, False)]) == "service/a has ready endpoints: 1"
    assert reached({**SERVICE, "spec": {"type": "ExternalName", "externalName": "b"}}, True)


def test_how_far_an_object_is() -> None:
    assert describe(daemons(2, 1), "daemonset/a") == "daemonset/a has 1 of 2 pods ready"
    assert describe(conditions("Work", Applied="False"), "work/a") == "work/a has Applied=False"
    assert describe(with_status("Namespace", phase="Terminating"), "ns/a") == "ns/a has phase Terminating"
    assert describe(None, "deployment/a") == "no deployment/a"
    assert describe(workload(2, 1), "deployment/a") == "deployment/a has 1 of 2 replicas ready"
