"""Discovery documents, against the recorded answers of kube-apiserver v1.36.2."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from karmada_nb.engine.apiserver import discovery
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN, CUSTOM_VERBS, ResourceInfo, Subresource

RECORDED = Path(__file__).parents[2] / "data/conformance/discovery.json.gz"
STEPS = orjson.loads(gzip.decompress(RECORDED.read_bytes()))["steps"]

WIDGET = ResourceInfo(
    group="example.com",
    version="v1",
    kind="Widget",
    plural="widgets",
    verbs=CUSTOM_VERBS,
    short_names=("wd",),
    subresources=(
        Subresource("status", "Widget"),
        Subresource("scale", "Scale", group="autoscaling", version="v1"),
    ),
)


def answer(path: str, accept: str) -> Any:
    if "as=APIGroupDiscoveryList" in accept:
        return discovery.aggregated(BUILT_IN, core=path == "/api")
    if path == "/api":
        return discovery.api_versions("127.0.0.1:6443")
    if path == "/apis":
        return discovery.api_group_list(BUILT_IN)
    if path == "/api/v1":
        return discovery.api_resource_list(BUILT_IN, "", "v1")
    _, _, group, *version = path.split("/")
    if version:
        return discovery.api_resource_list(BUILT_IN, group, version[0])
    return discovery.api_group(BUILT_IN, group)


def pick(document: Any, path: str) -> Any:
    """``a.b[0].c`` and ``list[name=x]``, with dotted keys on the left of ``=``."""
    for step in re.findall(r"[^.\[\]]+|\[[^\]]*\]", path):
        if not step.startswith("["):
            document = document.get(step)
        elif "=" not in step:
            document = document[int(step[1:-1])]
        else:
            key, _, value = step[1:-1].partition("=")
            document = next(item for item in document if _at(item, key) == value)
    return document


def _at(item: Any, key: str) -> Any:
    for part in key.split("."):
        item = item[part]
    return item


def without_hashes(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: without_hashes(item) for key, item in document.items() if key != "storageVersionHash"}
    return [without_hashes(item) for item in document] if isinstance(document, list) else document


CASES = [step for step in STEPS if re.fullmatch(r"/apis?(/[a-z0-9.]+)*", step.get("GET", ""))]


@pytest.mark.parametrize("step", CASES, ids=lambda step: step.get("name") or step["GET"])
def test_as_recorded(step: dict[str, Any]) -> None:
    document = without_hashes(answer(step["GET"], step.get("headers", {}).get("Accept", "")))
    expected = step["result"]["body"]
    if "pick" in step:
        assert {path: pick(document, path) for path in step["pick"]} == expected
    else:
        assert document == expected


def test_groups_come_in_the_order_of_their_priorities() -> None:
    names = [group["name"] for group in discovery.api_group_list([WIDGET, *BUILT_IN])["groups"]]
    assert names[:4] == ["apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io"]
    assert names.index("admissionregistration.k8s.io") + 1 == names.index("apiextensions.k8s.io")
    assert names[-1] == "example.com"


def test_versions_come_best_first() -> None:
    versions = ["v1alpha1", "v1", "v2beta1", "v10", "v2", "nonsense"]
    infos = [ResourceInfo("g", version, "K", "ks") for version in versions]
    best_first = ["v10", "v2", "v1", "v2beta1", "v1alpha1", "nonsense"]
    assert discovery.groups(infos) == {"g": best_first}
    group = discovery.api_group(infos, "g")
    assert group is not None
    assert group["preferredVersion"] == {"groupVersion": "g/v10", "version": "v10"}


def test_a_custom_resource_tells_its_verbs_in_upstreams_order() -> None:
    document = discovery.api_resource_list([WIDGET], "example.com", "v1")
    assert document is not None
    widgets, status, scale = document["resources"]
    assert widgets["verbs"] == [
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "create",
        "update",
        "watch",
    ]
    assert widgets["singularName"] == "widget"
    assert (status["name"], scale["name"], scale["group"]) == (
        "widgets/status",
        "widgets/scale",
        "autoscaling",
    )


def test_what_is_not_served_has_no_document() -> None:
    assert discovery.api_group(BUILT_IN, "example.com") is None
    assert discovery.api_resource_list(BUILT_IN, "apps", "v9") is None


def test_the_storage_version_hash_of_pods_is_that_of_every_cluster() -> None:
    document = discovery.api_resource_list(BUILT_IN, "", "v1")
    assert document is not None
    hashes = {item["name"]: item.get("storageVersionHash") for item in document["resources"]}
    assert hashes["pods"] == "xPOwRZ+Yhw8="
    assert hashes["pods/status"] is None


def test_both_versions_of_aggregated_discovery() -> None:
    beta = discovery.aggregated([WIDGET], core=False, version="v2beta1")
    assert beta["apiVersion"] == "apidiscovery.k8s.io/v2beta1"
    assert beta["items"] == discovery.aggregated([WIDGET], core=False)["items"]
