"""A member's object beside its template."""

from typing import Any

import pytest

from karmada_nb import Lab, LabError
from karmada_nb.differences import differences, table

TEMPLATE: dict[str, Any] = {
    "kind": "Deployment",
    "metadata": {"name": "web", "uid": "1", "labels": {"app": "web"}},
    "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "web", "image": "nginx"}]}}},
}


def member(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "uid": "2", "labels": {"app": "web", "work.karmada.io/name": "web-1"}}
    return {**TEMPLATE, "metadata": metadata, "spec": {**TEMPLATE["spec"], **spec}, "status": {"replicas": 1}}


def test_what_servers_and_karmada_write_is_no_difference() -> None:
    assert differences(TEMPLATE, member()) == []


def test_fields_are_named_as_they_are_written() -> None:
    containers = [{"name": "web", "image": "nginx:1", "args": ["-v"]}]
    found = differences(TEMPLATE, member(replicas=1, template={"spec": {"containers": containers}}))
    assert found == [
        ("spec.replicas", "3", "1"),
        ("spec.template.spec.containers[0].args", "(none)", "['-v']"),
        ("spec.template.spec.containers[0].image", "nginx", "nginx:1"),
    ]


def test_a_label_of_ones_own_and_a_missing_object_show() -> None:
    labelled = member()
    labelled["metadata"] = {**labelled["metadata"], "labels": {"site": "edge"}}
    rows = table(TEMPLATE, {"one": labelled, "two": None}).values.tolist()
    assert rows == [
        ["one", "metadata.labels.app", "web", "(none)"],
        ["one", "metadata.labels.site", "(none)", "edge"],
        ["two", "(the whole object)", "there", "(none)"],
    ]


def test_a_template_that_is_not_there_is_named(lab: Lab) -> None:
    lab.at("deploy")
    with pytest.raises(LabError, match="expected the template deployment/nothing"):
        lab.differences("deployment/nothing")
