"""Decoding, against the published test data of the API types and against recorded answers of v1.36.2."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.decode import DecodeError, decode

DATA = Path(__file__).parents[3] / "data"
KINDS = [
    orjson.loads(line)
    for line in gzip.decompress((DATA / "types/v1.36.0.jsonl.gz").read_bytes()).splitlines()
]


def recorded(name: str) -> list[dict[str, Any]]:
    document = gzip.decompress((DATA / f"conformance/{name}.json.gz").read_bytes())
    steps: list[dict[str, Any]] = orjson.loads(document)["steps"]
    return steps


def schema_of(api_version: str, kind: str) -> Any:
    group, _, version = api_version.rpartition("/")
    return builtin.resource(group, version, kind)


@pytest.mark.parametrize("case", KINDS, ids=[case["name"] for case in KINDS])
def test_a_kind_with_every_field_set_comes_out_as_it_went_in(case: dict[str, Any]) -> None:
    thing = case["object"]
    schema = schema_of(thing["apiVersion"], thing["kind"])
    assert schema is not None
    decoded = decode(schema, thing)
    assert not decoded.unknown
    assert decoded.object is thing


def refused() -> list[Any]:
    cases = []
    for name in ("field-validation", "pods", "configmap-crud", "secrets-accounts"):
        for step in recorded(name):
            body = step.get("result", {}).get("body")
            message = body.get("message") if isinstance(body, dict) else None
            match = re.match(r'(\w+) in version "v1" cannot be handled as a \1: (.+)', str(message), re.S)
            if match and "POST" in step and "strict decoding" not in match[2]:
                said = step["body"]
                value = orjson.loads(said) if isinstance(said, str) else said
                api_version = "apps/v1" if match[1] == "Deployment" else "v1"
                cases.append(
                    pytest.param(api_version, match[1], value, match[2], id=f"{name}-{step.get('name')}")
                )
    return cases


@pytest.mark.parametrize(("api_version", "kind", "value", "why"), refused())
def test_what_cannot_be_read_is_refused_in_upstreams_words(
    api_version: str, kind: str, value: dict[str, Any], why: str
) -> None:
    with pytest.raises(DecodeError) as refusal:
        decode(schema_of(api_version, kind), value)
    assert str(refusal.value).replace("2006-01-02T15:04:05Z", "<time>") == why


def test_unknown_fields_are_taken_out_and_told_in_order() -> None:
    deployment = {
        "metadata": {"name": "d", "foo": 1},
        "spec": {"replica": 1, "template": {"spec": {"containers": [{"name": "c", "ports": [{"port": 1}]}]}}},
        "bar": 2,
    }
    decoded = decode(schema_of("apps/v1", "Deployment"), deployment)
    assert decoded.unknown == (
        "metadata.foo",
        "spec.replica",
        "spec.template.spec.containers[0].ports[0].port",
        "bar",
    )
    assert decoded.object["metadata"] == {"name": "d"}
    assert "replica" in deployment["spec"]


def test_what_go_always_writes_is_written() -> None:
    decoded = decode(
        schema_of("apps/v1", "Deployment"), {"metadata": {"name": "d"}, "spec": {"template": {}}}
    )
    assert decoded.object == {
        "metadata": {"name": "d"},
        "spec": {
            "selector": None,
            "template": {"metadata": {}, "spec": {"containers": None}},
            "strategy": {},
        },
        "status": {},
    }
    service = decode(schema_of("v1", "Service"), {"spec": {"ports": [{"port": 80}]}}).object
    assert service["status"] == {"loadBalancer": {}}
    assert service["spec"]["ports"] == [{"port": 80, "targetPort": 0}]
    container = decode(schema_of("v1", "Pod"), {"spec": {"containers": [{"name": "c"}]}}).object
    assert container["spec"]["containers"] == [{"name": "c", "resources": {}}]


def test_nulls_and_empty_values_go_where_go_drops_them() -> None:
    value = {"metadata": {"name": "a", "labels": None, "finalizers": []}, "data": None, "immutable": False}
    assert decode(schema_of("v1", "ConfigMap"), value).object == {
        "metadata": {"name": "a"},
        "immutable": False,
    }
    role = decode(schema_of("rbac.authorization.k8s.io/v1", "Role"), {"metadata": {"name": "r"}, "rules": []})
    assert role.object["rules"] is None
    pod = {"spec": {"containers": [], "hostNetwork": False, "terminationGracePeriodSeconds": 0}}
    assert decode(schema_of("v1", "Pod"), pod).object["spec"] == {
        "containers": None,
        "terminationGracePeriodSeconds": 0,
    }
    data = {"data": {"a": None, "b": ""}, "binaryData": {"c": None}}
    decoded = decode(schema_of("v1", "ConfigMap"), data).object
    assert (decoded["data"], decoded["binaryData"]) == ({"a": "", "b": ""}, {"c": ""})


@pytest.mark.parametrize(
    ("given", "stored"),
    [("0.5", "500m"), (1, "1"), ("1024Mi", "1Gi"), ("1e3", "1e3"), ("1500m", "1500m"), ("0.25Gi", "256Mi")],
)
def test_quantities_are_canonical(given: Any, stored: str) -> None:
    pod = {"spec": {"containers": [{"name": "c", "resources": {"limits": {"x": given}}}]}}
    decoded = decode(schema_of("v1", "Pod"), pod).object
    assert decoded["spec"]["containers"][0]["resources"]["limits"] == {"x": stored}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09.123456Z", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09+02:00", "2024-05-06T05:08:09Z"),
    ],
)
def test_times_are_whole_seconds_of_utc(given: str, stored: str) -> None:
    value = {"metadata": {"name": "a", "creationTimestamp": given}}
    assert decode(schema_of("v1", "ConfigMap"), value).object["metadata"]["creationTimestamp"] == stored


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("2024-05-06", 'parsing time "2024-05-06" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'),
        ("2024-13-06T00:00:00Z", 'parsing time "2024-13-06T00:00:00Z": month out of range'),
        ("2024-02-30T00:00:00Z", 'parsing time "2024-02-30T00:00:00Z": day out of range'),
        ("2024-02-03T00:00:00Zx", 'parsing time "2024-02-03T00:00:00Zx": extra text: "x"'),
    ],
)
def test_bad_times_are_refused_as_go_refuses_them(given: str, why: str) -> None:
    with pytest.raises(DecodeError) as refusal:
        decode(schema_of("v1", "ConfigMap"), {"metadata": {"creationTimestamp": given}})
    assert str(refusal.value) == why


def test_recursive_types_are_read_to_any_depth() -> None:
    deep = {"type": "object", "properties": {"a": {"items": {"type": "array", "items": {"bad": 1}}}}}
    versions = [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": deep}}]
    crd = {"spec": {"versions": versions}}
    decoded = decode(schema_of("apiextensions.k8s.io/v1", "CustomResourceDefinition"), crd)
    assert decoded.unknown == ("spec.versions[0].schema.openAPIV3Schema.properties.a.items.items.bad",)
