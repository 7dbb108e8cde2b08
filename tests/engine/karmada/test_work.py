"""The Works of a binding: every recorded one, and what v1.2 did otherwise."""

from __future__ import annotations

import copy
import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.interpreter import native
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
from karmada_nb.engine.karmada.work import WorkError, desired_works, merge_work
from karmada_nb.engine.karmada.work_article import divide_replicas_by_target_cluster
from tests.engine.karmada.corpus import Case, load, report

NOW = datetime(2026, 8, 1, tzinfo=UTC)

ADDED = ("apiVersion", "kind")
"""The recordings show a Work without the fields that every Work has."""


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


def made(asked: dict[str, Any]) -> dict[str, Any]:
    clusters = {meta.name(cluster): cluster for cluster in asked["clusters"]}
    done = desired_works(
        asked.get("resourceBinding") or asked["clusterResourceBinding"],
        asked["template"],
        clusters.get,
        asked.get("overridePolicies", ()),
        asked.get("clusterOverridePolicies", ()),
    )
    works = [{k: without_nulls(v) for k, v in work.items() if k not in ADDED} for work in done.works]
    out: dict[str, Any] = {"works": sorted(works, key=lambda w: w["metadata"]["namespace"])}
    return {**out, "error": done.error} if done.error else out


def differs(case: Case) -> str:
    before = copy.deepcopy(case["input"])
    found = made(case["input"])
    if case["input"] != before:
        return f"{case['case']}: the input was changed"
    return "" if found == case["output"] else f"{case['case']}: expected {case['output']}, found {found}"


def test_works() -> None:
    cases = load("work")
    failures = [text for case in cases if (text := differs(case))]
    assert not failures, report(failures, len(cases))


RECORDED = Path(__file__).resolve().parents[2] / "data" / "karmada-editions" / "article-objects.json.gz"
"""One Deployment on three members, from real Karmada of both editions: template, binding, Work, copy."""

EDITIONS: list[Edition] = ["article", "current"]
SERVER_FIELDS = ("creationTimestamp", "generation", "resourceVersion", "uid")
MEMBER = "k3d-cluster-3"


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> Edition:
    found: Edition = request.param
    return found


@pytest.fixture
def recorded(edition: Edition) -> dict[str, Any]:
    objects: dict[str, Any] = orjson.loads(gzip.decompress(RECORDED.read_bytes()))[edition]
    return objects


def any_cluster(name: str) -> meta.Object:
    return {"apiVersion": "cluster.karmada.io/v1alpha1", "kind": "Cluster", "metadata": {"name": name}}


def work_for(cluster: str, binding: meta.Object, template: meta.Object, edition: Edition) -> meta.Object:
    done = desired_works(binding, template, any_cluster, edition=edition)
    assert not done.errors
    return next(w for w in done.works if meta.namespace(w) == f"karmada-es-{cluster}")


def test_a_work_is_the_recorded_one(edition: Edition, recorded: dict[str, Any]) -> None:
    desired = work_for(MEMBER, recorded["binding"], recorded["template"], edition)
    assert meta.name(desired) == "pipy-76466b6775"
    assert merge_work(recorded["work"], desired, edition) is recorded["work"]


def test_a_new_work_differs_only_in_what_the_server_adds(edition: Edition, recorded: dict[str, Any]) -> None:
    desired = work_for(MEMBER, recorded["binding"], recorded["template"], edition)
    work = recorded["work"]
    expected_metadata = {k: v for k, v in work["metadata"].items() if k not in SERVER_FIELDS}
    if edition == "article":
        assert desired == {
            **{k: work[k] for k in ("apiVersion", "kind", "spec")},
            "metadata": expected_metadata,
        }
    else:
        expected_metadata["labels"].pop("work.karmada.io/permanent-id")
        assert desired["metadata"] == expected_metadata
        assert (
            desired["spec"]["workload"]["manifests"][0]["spec"]
            == work["spec"]["workload"]["manifests"][0]["spec"]
        )


def test_a_members_status_is_reported_as_recorded(edition: Edition, recorded: dict[str, Any]) -> None:
    reported = recorded["work"]["status"]["manifestStatuses"][0]["status"]
    assert native(edition).reflect_status(recorded["member"]) == reported


def test_members_statuses_add_up_to_the_recorded_one(edition: Edition, recorded: dict[str, Any]) -> None:
    template = {**recorded["template"], "status": {}}
    items = recorded["binding"]["status"]["aggregatedStatus"]
    done = native(edition).aggregate_status(template, items, NOW)
    assert done["status"] == recorded["template"]["status"]
    again = native(edition).aggregate_status(recorded["template"], items, NOW)
    assert again is recorded["template"], "a status that is up to date is not written again"


def test_v12_keeps_a_cluster_without_replicas_at_zero() -> None:
    binding = {
        "metadata": {"name": "pipy-deployment", "namespace": "default"},
        "spec": {"replicas": 2, "clusters": [{"name": "m1", "replicas": 2}, {"name": "m2"}]},
    }
    works = desired_works(binding, deployment(2), any_cluster, edition="article").works
    assert [w["spec"]["workload"]["manifests"][0]["spec"]["replicas"] for w in works] == [2, 0]
    assert set(works[0]["spec"]) == {"workload"}


def test_v12_leaves_the_replicas_alone_where_none_are_scheduled() -> None:
    binding = {
        "metadata": {"name": "pipy-deployment", "namespace": "default"},
        "spec": {"clusters": [{"name": "m1"}]},
    }
    (work,) = desired_works(binding, deployment(0), any_cluster, edition="article").works
    assert work["spec"]["workload"]["manifests"][0]["spec"]["replicas"] == 0


def test_v12_stops_at_the_first_cluster_it_cannot_find() -> None:
    targets = [{"name": name, "replicas": 1} for name in ("m1", "gone", "m2")]
    binding = {
        "metadata": {"name": "pipy-deployment", "namespace": "default"},
        "spec": {"replicas": 3, "clusters": targets},
    }

    def known(name: str) -> meta.Object | None:
        return None if name == "gone" else any_cluster(name)

    article = desired_works(binding, deployment(3), known, edition="article")
    current = desired_works(binding, deployment(3), known)
    assert article.error == current.error == 'clusters.cluster.karmada.io "gone" not found'
    assert [meta.namespace(w) for w in article.works] == ["karmada-es-m1"]
    assert [meta.namespace(w) for w in current.works] == ["karmada-es-m1", "karmada-es-m2"]


def test_v12_divides_completions_from_the_front() -> None:
    targets = [TargetCluster("m1", 1), TargetCluster("m2", 1), TargetCluster("m3", 1)]
    assert divide_replicas_by_target_cluster(targets, 7) == [3, 2, 2]


def deployment(replicas: int) -> meta.Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "pipy", "namespace": "default"},
        "spec": {"replicas": replicas, "template": {"spec": {"containers": [{"name": "c", "image": "i"}]}}},
    }


def test_a_manifest_shares_what_does_not_change() -> None:
    template = deployment(3)
    binding = {
        "metadata": {"name": "pipy-deployment", "namespace": "default"},
        "spec": {"replicas": 3, "clusters": [{"name": "m1", "replicas": 1}]},
    }
    (work,) = desired_works(binding, template, any_cluster).works
    assert work["spec"]["workload"]["manifests"][0]["spec"]["template"] is template["spec"]["template"]


def test_a_work_that_is_being_deleted_is_not_written() -> None:
    work = {
        "metadata": {"name": "w", "namespace": "karmada-es-m1", "deletionTimestamp": "2026-01-01T00:00:00Z"}
    }
    with pytest.raises(WorkError, match="work karmada-es-m1/w is being deleted"):
        merge_work(work, work)
