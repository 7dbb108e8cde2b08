"""Overrides: right, wrong, and wrong for which reason."""

from typing import Any

import pytest

from karmada_nb import Lab
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged

FIRST, SECOND, THIRD = (f"k3d-cluster-{number}" for number in (1, 2, 3))


def override(name: str, selected: str, target: Object | None, **overriders: Any) -> Object:
    rule = {"overriders": overriders} | ({"targetCluster": target} if target is not None else {})
    selector = {"apiVersion": "apps/v1", "kind": "Deployment", "name": selected}
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "OverridePolicy",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"resourceSelectors": [selector], "overrideRules": [rule]},
    }


def image(component: str, value: str) -> list[Object]:
    return [{"component": component, "operator": "add", "value": value}]


def tagged(target: Object | None, component: str = "Tag") -> Object:
    return override("pipy-tag", "pipy", target, imageOverrider=image(component, "latest"))


def test_tag(lab: Lab) -> None:
    lab.at("client")
    judged(lab, "override_tag", "not attempted", "No override policy")
    policies = lab.connect()
    for wrong, words in (
        (tagged(None), f"{FIRST} has it too. A rule without targetCluster"),
        (tagged({"exclude": [SECOND]}), f"{FIRST} has it too: your targetCluster"),
        (tagged({"clusterNames": [SECOND]}), f"{THIRD} still has flomesh/pipy"),
        (tagged({"exclude": [FIRST]}, "Repository"), "The image is now"),
        (tagged({"clusterNames": ["elsewhere"]}), "no member's image differs"),
        (tagged({"clusterNames": [SECOND, THIRD]}), "Right for today"),
    ):
        policies.replace(wrong)
        becomes(lab, "override_tag", "wrong", words)
    policies.replace(tagged({"exclude": [FIRST]}))
    becomes(lab, "override_tag", "right", f"All but {FIRST}")


def command(*steps: tuple[str, list[str]], container: str = "curl") -> Object:
    entries = [{"containerName": container, "operator": verb, "value": words} for verb, words in steps]
    return override("curl-sleep", "curl", {"clusterNames": [THIRD]}, commandOverrider=entries)


def test_command(lab: Lab) -> None:
    lab.at("traffic")
    judged(lab, "override_command", "not attempted", "No override policy")
    add, remove = ("add", ["30d"]), ("remove", ["365d"])
    for wrong, words in (
        (command(add), "add appends"),
        (command(remove), "nothing came in its place"),
        (command(remove, add, container="main"), "changes nothing"),
    ):
        lab.connect().replace(wrong)
        becomes(lab, "override_command", "wrong", words)
    lab.connect().replace(command(remove, add))
    becomes(lab, "override_command", "right", "the template keeps its 365d")


@pytest.mark.parametrize("name", ["override_tag", "override_command"])
def test_the_template_is_left_alone(lab: Lab, name: str) -> None:
    lab.at("traffic")
    workload, field, value = {
        "override_tag": ("pipy", "image", "flomesh/pipy:latest"),
        "override_command": ("curl", "command", ["sleep", "30d"]),
    }[name]
    template = lab.get(f"deployments/{workload}")
    assert template is not None
    (container,) = template["spec"]["template"]["spec"]["containers"]
    pods = {"spec": {"containers": [{**container, field: value}]}}
    lab.connect().patch("deployments", workload, {"spec": {"template": pods}})
    judged(lab, name, "wrong", "The template")
