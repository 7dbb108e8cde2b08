"""What the built-in types say of lists, maps and defaults, as the published API says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN, METRICS, ResourceInfo
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

POD_SPEC = ("spec", "template", "spec")
CONTAINER = (*POD_SPEC, "containers", "[]")


def deployment(*path: str) -> Schema:
    schema = builtin.resource("apps", "v1", "Deployment")
    assert schema is not None
    found = schema.at(*path)
    assert found is not None, path
    return found


@pytest.mark.parametrize("info", [*BUILT_IN, *METRICS], ids=lambda info: f"{info.group}/{info.plural}")
def test_every_served_kind_has_a_type(info: ResourceInfo) -> None:
    assert builtin.resource(info.group, info.version, info.kind) is not None
    for part in info.subresources:
        group, version = (part.group, part.version) if part.version else (info.group, info.version)
        assert builtin.resource(group, version, part.kind) is not None


@pytest.mark.parametrize(
    ("path", "merge_key", "strategies", "list_type", "keys"),
    [
        ((*POD_SPEC, "containers"), "name", ("merge",), "map", ("name",)),
        ((*POD_SPEC, "volumes"), "name", ("merge", "retainKeys"), "map", ("name",)),
        ((*POD_SPEC, "tolerations"), "", (), "atomic", ()),
        ((*POD_SPEC, "imagePullSecrets"), "name", ("merge",), "map", ("name",)),
        ((*POD_SPEC, "hostAliases"), "ip", ("merge",), "map", ("ip",)),
        (
            (*POD_SPEC, "topologySpreadConstraints"),
            "topologyKey",
            ("merge",),
            "map",
            ("topologyKey", "whenUnsatisfiable"),
        ),
        ((*CONTAINER, "ports"), "containerPort", ("merge",), "map", ("containerPort", "protocol")),
        ((*CONTAINER, "env"), "name", ("merge",), "map", ("name",)),
        ((*CONTAINER, "volumeMounts"), "mountPath", ("merge",), "map", ("mountPath",)),
        ((*CONTAINER, "command"), "", (), "atomic", ()),
        (("metadata", "finalizers"), "", ("merge",), "set", ()),
        (("metadata", "ownerReferences"), "uid", ("merge",), "map", ("uid",)),
        (("status", "conditions"), "type", ("merge",), "map", ("type",)),
        (("spec", "strategy"), "", ("retainKeys",), "", ()),
    ],
)
def test_how_fields_merge(
    path: tuple[str, ...], merge_key: str, strategies: tuple[str, ...], list_type: str, keys: tuple[str, ...]
) -> None:
    field = deployment(*path)
    assert (field.patch_merge_key, field.patch_strategies) == (merge_key, strategies)
    assert (field.list_type, field.list_map_keys) == (list_type, keys)


def test_the_default_of_a_merge_key_is_known() -> None:
    assert deployment(*CONTAINER, "ports", "[]", "protocol").default == "TCP"


def test_selectors_are_atomic_maps() -> None:
    assert deployment("spec", "selector").map_type == "atomic"
    assert deployment(*POD_SPEC, "nodeSelector").map_type == "atomic"
    assert deployment("metadata", "labels").map_type == ""


def test_kinds_of_values() -> None:
    assert deployment(*CONTAINER, "resources", "limits", "cpu").kind is Kind.QUANTITY
    assert deployment("spec", "strategy", "rollingUpdate", "maxSurge").kind is Kind.INT_OR_STRING
    assert deployment("metadata", "creationTimestamp").kind is Kind.TIME
    assert deployment("spec", "replicas").pointer
    assert deployment(*CONTAINER, "imagePullPolicy").keywords["enum"] == ["Always", "IfNotPresent", "Never"]


def test_groups_of_custom_resources_are_not_taken_for_built_in() -> None:
    assert builtin.resource("policy.karmada.io", "v1", "PodDisruptionBudget") is None
    assert builtin.resource("apps", "v9", "Deployment") is None
    assert builtin.resource("apps", "v1", "Nothing") is None


def test_the_facts_are_small() -> None:
    folder = Path(builtin.__file__).parent / "types"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 400_000
