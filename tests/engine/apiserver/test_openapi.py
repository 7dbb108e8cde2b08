"""OpenAPI documents: what kubectl and other clients read from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from karmada_nb.engine.apiserver import openapi
from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.openapi import protobuf
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.catalogue import (
    BUILT_IN,
    CUSTOM_VERBS,
    METRICS,
    ResourceInfo,
    Subresource,
)
from karmada_nb.engine.apiserver.schema.schema import Schema

VERSION = "v1.36.2"
CORE = "io.k8s.api.core.v1."


@dataclass(frozen=True)
class Served:
    info: ResourceInfo
    schema: Schema | None
    custom: bool = False


BUILT_INS = [
    Served(info, builtin.resource(info.group, info.version, info.kind)) for info in [*BUILT_IN, *METRICS]
]


def gear(**teeth: Any) -> Served:
    properties = {"teeth": {"type": "integer", "description": "How many.", **teeth}}
    spec = {"type": "object", "required": ["teeth"], "properties": properties}
    info = ResourceInfo(
        "example.com",
        "v1",
        "Gear",
        "gears",
        verbs=CUSTOM_VERBS,
        subresources=(Subresource("status", "Gear"),),
    )
    return Served(info, structural.root({"type": "object", "properties": {"spec": spec}}), custom=True)


def document(group: str, version: str, *more: Served) -> Any:
    found = openapi.document_v3([*BUILT_INS, *more], group, version, VERSION)
    assert found is not None
    return found


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(item) for item in value.values()))
    return set().union(*(references(item) for item in value)) if isinstance(value, list) else set()


GROUP_VERSIONS = sorted({(served.info.group, served.info.version) for served in BUILT_INS})


@pytest.mark.parametrize(("group", "version"), GROUP_VERSIONS)
def test_every_reference_leads_somewhere(group: str, version: str) -> None:
    found = document(group, version)
    names = {f"#/components/schemas/{name}" for name in found["components"]["schemas"]}
    assert references(found) <= names
    assert orjson.loads(orjson.dumps(found)) == found


def test_the_second_version_holds_everything_at_once() -> None:
    found = openapi.document_v2([*BUILT_INS, gear()], VERSION)
    names = {f"#/definitions/{name}" for name in found["definitions"]}
    assert references(found) <= names
    config_map = found["definitions"][CORE + "ConfigMap"]
    assert config_map["x-kubernetes-group-version-kind"] == [
        {"group": "", "kind": "ConfigMap", "version": "v1"}
    ]
    assert "com.example.v1.Gear" in found["definitions"]


def test_kinds_are_found_by_their_group_version_kind() -> None:
    schemas = document("apps", "v1")["components"]["schemas"]
    wanted = [{"group": "apps", "kind": "Deployment", "version": "v1"}]
    assert schemas["io.k8s.api.apps.v1.Deployment"]["x-kubernetes-group-version-kind"] == wanted
    assert "x-kubernetes-group-version-kind" not in schemas["io.k8s.api.apps.v1.DeploymentSpec"]


def test_lists_tell_how_they_merge() -> None:
    schemas = document("", "v1")["components"]["schemas"]
    containers = schemas[CORE + "PodSpec"]["properties"]["containers"]
    assert containers["x-kubernetes-patch-merge-key"] == "name"
    assert containers["x-kubernetes-patch-strategy"] == "merge"
    assert containers["x-kubernetes-list-type"] == "map"
    assert containers["x-kubernetes-list-map-keys"] == ["name"]
    assert (
        schemas[CORE + "PodSpec"]["properties"]["volumes"]["x-kubernetes-patch-strategy"]
        == "merge,retainKeys"
    )
    assert schemas[CORE + "PodSpec"]["required"] == ["containers"]
    assert schemas[CORE + "NodeSelector"]["x-kubernetes-map-type"] == "atomic"


def test_a_patch_tells_its_kind_its_media_types_and_field_validation() -> None:
    paths = document("apps", "v1")["paths"]
    patch = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {
        "group": "apps",
        "version": "v1",
        "kind": "Deployment",
    }
    assert "application/strategic-merge-patch+json" in patch["requestBody"]["content"]
    names = {parameter["name"] for parameter in patch["parameters"] if parameter["in"] == "query"}
    assert {"dryRun", "fieldManager", "fieldValidation", "force"} <= names


def test_subresources_have_paths_with_their_own_kinds() -> None:
    paths = document("", "v1")["paths"]
    evict = paths["/api/v1/namespaces/{namespace}/pods/{name}/eviction"]["post"]
    assert evict["x-kubernetes-group-version-kind"] == {
        "group": "policy",
        "version": "v1",
        "kind": "Eviction",
    }
    assert set(paths["/api/v1/nodes"]) == {"get", "post", "delete"}
    assert "/api/v1/pods" in paths


def test_a_custom_resource_is_described_and_takes_no_strategic_patch() -> None:
    found = document("example.com", "v1", gear(minimum=1))
    spec = found["components"]["schemas"]["com.example.v1.Gear"]["properties"]["spec"]
    assert spec == {
        "type": "object",
        "required": ["teeth"],
        "properties": {"teeth": {"type": "integer", "minimum": 1, "description": "How many."}},
    }
    patch = found["paths"]["/apis/example.com/v1/namespaces/{namespace}/gears/{name}"]["patch"]
    assert "application/strategic-merge-patch+json" not in patch["requestBody"]["content"]
    assert "/apis/example.com/v1/namespaces/{namespace}/gears/{name}/status" in found["paths"]


def test_the_second_version_says_nothing_that_older_clients_take_amiss() -> None:
    """Follows ToStructuralOpenAPIV2 of apiextensions-apiserver: null, unknown fields and defaults."""
    text: dict[str, Any] = {"type": "string"}
    inner = {
        "maybe": {**text, "nullable": True},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": text}},
        "word": {**text, "enum": ["a", "b"], "default": "a"},
        "either": {"x-kubernetes-int-or-string": True},
        "own": {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {}},
    }
    spec = {"type": "object", "required": ["maybe", "word"], "properties": inner}
    info = ResourceInfo("example.com", "v1", "Gear", "gears", verbs=CUSTOM_VERBS)
    served = Served(info, structural.root({"type": "object", "properties": {"spec": spec}}), custom=True)
    said = openapi.document_v2([served], VERSION)["definitions"]["com.example.v1.Gear"]["properties"]["spec"]
    own = said["properties"].pop("own")
    assert said == {
        "type": "object",
        "required": ["word"],
        "properties": {
            "maybe": {},
            "free": {"x-kubernetes-preserve-unknown-fields": True},
            "word": {"type": "string", "enum": ["a", "b"]},
            "either": {"x-kubernetes-int-or-string": True},
        },
    }
    assert (own["required"], sorted(own["properties"])) == (
        ["kind", "apiVersion"],
        ["apiVersion", "kind", "metadata"],
    )
    third = document("example.com", "v1", served)["components"]["schemas"]["com.example.v1.Gear"]
    whole = third["properties"]["spec"]["properties"]
    assert whole["either"]["anyOf"] == [{"type": "integer"}, {"type": "string"}]
    assert (whole["maybe"], whole["word"]["default"]) == ({"type": "string", "nullable": True}, "a")


def test_of_what_keeps_unknown_fields_the_second_version_says_its_type_alone() -> None:
    free = structural.root({"type": "object", "x-kubernetes-preserve-unknown-fields": True})
    info = ResourceInfo("example.com", "v1", "Gear", "gears", verbs=CUSTOM_VERBS)
    served = Served(info, free, custom=True)
    said = openapi.document_v2([served], VERSION)["definitions"]["com.example.v1.Gear"]
    assert {name: value for name, value in said.items() if "group-version" not in name} == {"type": "object"}


def test_the_index_tells_a_hash_that_changes_with_the_schema_only() -> None:
    def url(served: Served) -> str:
        paths = openapi.index([*BUILT_INS, served])["paths"]
        assert paths["api/v1"]["serverRelativeURL"].startswith("/openapi/v3/api/v1?hash=")
        return str(paths["apis/example.com/v1"]["serverRelativeURL"])

    assert url(gear(minimum=1)) == url(gear(minimum=1))
    assert url(gear(minimum=1)) != url(gear(minimum=2))


def test_what_is_not_served_has_no_document() -> None:
    assert openapi.document_v3(BUILT_INS, "apps", "v9", VERSION) is None


def test_kinds_and_their_fields_are_explained() -> None:
    schemas = document("apps", "v1")["components"]["schemas"]
    assert "declarative updates" in schemas["io.k8s.api.apps.v1.Deployment"]["description"]
    assert schemas["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]["replicas"]["description"]
    reference = schemas["io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference"]["properties"]["kind"]
    assert reference["description"].startswith("Kind of the referent.")


def test_a_closed_set_of_words_is_listed_and_explained_after_the_description() -> None:
    schemas = document("apps", "v1")["components"]["schemas"]
    kind = schemas["io.k8s.api.apps.v1.DeploymentStrategy"]["properties"]["type"]
    _, _, values = kind["description"].partition("\n\nPossible enum values:\n")
    first, second = values.split("\n")
    assert first.startswith(' - `"Recreate"` Kill all existing pods')
    assert second.startswith(' - `"RollingUpdate"` Replace the old ReplicaSets')


def test_descriptions_have_the_paragraphs_that_they_were_written_in() -> None:
    schemas = document("apps", "v1")["components"]["schemas"]
    created = schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]["properties"]["creationTimestamp"]
    first, second = created["description"].split("\n\n")
    assert first.endswith("is in UTC.")
    assert second.startswith("Populated by the system.")
    assert "\n" not in first + second


def test_fields_are_found_by_their_names_in_json() -> None:
    schemas = document("apiextensions.k8s.io", "v1")["components"]["schemas"]
    package = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
    fields = schemas[package + "JSONSchemaProps"]["properties"]
    assert fields["x-kubernetes-list-type"]["description"].startswith("x-kubernetes-list-type annotates")


def test_metadata_of_custom_kinds_and_their_lists_are_explained() -> None:
    schemas = document("example.com", "v1", gear())["components"]["schemas"]
    gears = schemas["com.example.v1.GearList"]
    assert gears["description"] == "GearList is a list of Gear"
    assert gears["properties"]["kind"]["description"].startswith("Kind is a string value")
    assert (
        "Standard object's metadata"
        in schemas["com.example.v1.Gear"]["properties"]["metadata"]["description"]
    )


def messages(data: bytes) -> dict[int, list[Any]]:
    """The fields of a protobuf message: numbers as they are, the rest as bytes."""
    found: dict[int, list[Any]] = {}
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = varint()
        value: Any
        if tag & 7 == 0:
            value = varint()
        else:
            length = 8 if tag & 7 == 1 else varint()
            value, at = data[at : at + length], at + length
        found.setdefault(tag >> 3, []).append(value)
    return found


def test_the_protobuf_form_holds_the_same_definitions() -> None:
    told = openapi.document_v2([*BUILT_INS, gear(minimum=1.5, enum=[1, 2])], VERSION)
    found = messages(protobuf.encode(told))
    assert found[1] == [b"2.0"]
    definitions = {}
    for entry in messages(found[9][0])[1]:
        name, schema = messages(entry)[1][0], messages(entry)[2][0]
        definitions[name.decode()] = messages(schema)
    assert definitions.keys() == told["definitions"].keys()
    deployment = definitions["io.k8s.api.apps.v1.Deployment"]
    extension = messages(deployment[31][0])
    assert extension[1] == [b"x-kubernetes-group-version-kind"]
    assert orjson.loads(messages(extension[2][0])[2][0]) == [
        {"group": "apps", "kind": "Deployment", "version": "v1"}
    ]
    assert len(messages(found[8][0])[2]) == len(told["paths"])
