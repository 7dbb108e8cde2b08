"""What holds for every object, not only for the recorded ones."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter import native, remove_irrelevant_fields

REPLICAS = st.integers(min_value=0, max_value=2**31 - 1)
NAMES = st.text("abcxyz-", min_size=1, max_size=8)
LABELS = st.dictionaries(NAMES, NAMES, max_size=4)
WORKLOADS = [("apps/v1", "Deployment"), ("apps/v1", "ReplicaSet"), ("apps/v1", "StatefulSet")]


def workload(api_version: str, kind: str, **spec: Any) -> meta.Object:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "x", "namespace": "default"},
        "spec": {**spec, "template": {"spec": {"containers": [{"name": "c", "image": "i"}]}}},
    }


@pytest.mark.parametrize(("api_version", "kind"), WORKLOADS)
@given(before=REPLICAS, after=REPLICAS)
def test_a_revised_workload_asks_for_what_it_was_given(
    api_version: str, kind: str, before: int, after: int
) -> None:
    obj = workload(api_version, kind, replicas=before)
    revised = native().revise_replica(obj, after)
    assert native().get_replicas(revised)[0] == after
    assert obj["spec"]["replicas"] == before
    assert revised["spec"]["template"] is obj["spec"]["template"]


@given(parallelism=REPLICAS, completions=REPLICAS)
def test_a_job_never_asks_for_more_than_it_can_complete(parallelism: int, completions: int) -> None:
    obj = workload("batch/v1", "Job", parallelism=parallelism, completions=completions)
    assert native().get_replicas(obj)[0] == min(parallelism, completions)
    assert native("article").get_replicas(obj)[0] == parallelism


@given(labels=LABELS, annotations=LABELS, kind=st.sampled_from(["Deployment", "Service", "Job", "ConfigMap"]))
def test_pruning_twice_is_pruning_once(
    labels: dict[str, str], annotations: dict[str, str], kind: str
) -> None:
    obj = {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": "x", "uid": "u", "generation": 4, "labels": labels, "annotations": annotations},
        "spec": {"clusterIP": "10.0.0.1", "selector": {"matchLabels": {"controller-uid": "u", **labels}}},
        "status": {"replicas": 1},
    }
    before = copy.deepcopy(obj)
    once = remove_irrelevant_fields(obj)
    assert remove_irrelevant_fields(once) == once
    assert obj == before
    assert once["metadata"] == {"name": "x", "labels": labels, "annotations": annotations}
    assert "status" not in once
