"""Which clusters an affinity chooses."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.karmada.scheduler.cluster_match import cluster_matches, compile_affinity

CLUSTER = {
    "metadata": {"name": "member1", "labels": {"env": "prod", "size": "5"}},
    "spec": {
        "provider": "aws",
        "region": "us-east",
        "zone": "us-east-1a",
        "zones": ["us-east-1a", "us-east-1b"],
    },
}
BARE = {"metadata": {"name": "bare"}, "spec": {}}


def fields(*expressions: tuple[str, str, list[str]]) -> dict[str, Any]:
    terms = [{"key": key, "operator": operator, "values": values} for key, operator, values in expressions]
    return {"fieldSelector": {"matchExpressions": terms}}


def labels(key: str, operator: str, values: list[str]) -> dict[str, Any]:
    return {"labelSelector": {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}}


@pytest.mark.parametrize(
    ("affinity", "matches"),
    [
        pytest.param({}, True, id="empty matches all"),
        pytest.param({"clusterNames": ["member1"]}, True, id="named"),
        pytest.param({"clusterNames": ["other"]}, False, id="not named"),
        pytest.param({"clusterNames": ["member1"], "exclude": ["member1"]}, False, id="excluded beats named"),
        pytest.param({"exclude": ["other"]}, True, id="another excluded"),
        pytest.param({"labelSelector": {}}, True, id="empty label selector"),
        pytest.param({"labelSelector": {"matchLabels": {"env": "prod"}}}, True, id="label equal"),
        pytest.param({"labelSelector": {"matchLabels": {"env": "test"}}}, False, id="label other"),
        pytest.param(labels("env", "In", ["prod", "test"]), True, id="label in"),
        pytest.param(labels("env", "NotIn", ["prod"]), False, id="label not in"),
        pytest.param(labels("absent", "NotIn", ["prod"]), True, id="absent label not in"),
        pytest.param(labels("env", "In", []), False, id="in nothing is invalid"),
        pytest.param(labels("env", "Exists", ["prod"]), False, id="exists takes no value"),
        pytest.param(labels("size", "Gt", ["3"]), False, id="labels know no Gt"),
        pytest.param(labels("bad key", "Exists", []), False, id="key is no label name"),
        pytest.param(labels("env", "In", ["no value!"]), False, id="value is no label value"),
        pytest.param(fields(("provider", "In", ["aws"])), True, id="provider"),
        pytest.param(fields(("region", "NotIn", ["us-east"])), False, id="region not in"),
        pytest.param(fields(("zone", "In", ["us-east-1b"])), True, id="any zone"),
        pytest.param(fields(("zone", "NotIn", ["us-east-1b"])), False, id="no zone"),
        pytest.param(fields(("zone", "Exists", [])), True, id="has zones"),
        pytest.param(fields(("zone", "Gt", ["1"])), False, id="zones know no Gt"),
        pytest.param(fields(("unknown", "DoesNotExist", [])), True, id="unknown field is absent"),
        pytest.param(fields(("provider", "In", ["aws"]), ("zone", "In", ["x"])), False, id="all must hold"),
        pytest.param({"fieldSelector": {}}, True, id="empty field selector"),
    ],
)
def test_affinity(affinity: dict[str, Any], matches: bool) -> None:
    assert cluster_matches(CLUSTER, affinity) is matches


def test_a_cluster_without_fields_has_none() -> None:
    assert cluster_matches(BARE, fields(("provider", "DoesNotExist", [])))
    assert cluster_matches(BARE, fields(("zone", "DoesNotExist", [])))
    assert not cluster_matches(BARE, fields(("zone", "In", ["us-east-1a"])))


def test_v12_knows_one_zone_and_no_empty_field_selector() -> None:
    first, second = fields(("zone", "In", ["us-east-1a"])), fields(("zone", "In", ["us-east-1b"]))
    assert compile_affinity(first, single_zone=True)(CLUSTER)
    assert not compile_affinity(second, single_zone=True)(CLUSTER)
    assert not compile_affinity({"fieldSelector": {}}, single_zone=True)(CLUSTER)
