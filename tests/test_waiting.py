"""Waiting, and how far an object is."""

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


def test_how_far_an_object_is() -> None:
    assert describe(None, "deployment/a") == "no deployment/a"
    assert describe(workload(2, 1), "deployment/a") == "deployment/a has 1 of 2 replicas ready"
