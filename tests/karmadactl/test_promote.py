"""``karmadactl promote --dependencies``: all of what an object needs comes along, or none of it."""

import json

import pytest

from tests.karmadactl.conftest import Site

MEMBER = "k3d-cluster-1"


@pytest.fixture(scope="module")
def legacy(joined: Site) -> Site:
    """In the first member: config maps, a deployment that needs them, and one that needs another, too."""
    if joined.edition == "article":
        pytest.skip("v1.2 promotes no dependencies")
    for name in ("first", "second"):
        joined.kubectl(joined.member(1), "create", "configmap", name)
    for name, wanted in (("whole", "second"), ("lacking", "nowhere")):
        volumes = [{"name": said, "configMap": {"name": said}} for said in ("first", wanted)]
        pod = {"containers": [{"name": "main", "image": "nginx"}], "volumes": volumes}
        made = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": "default"},
            "spec": {
                "selector": {"matchLabels": {"app": name}},
                "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
            },
        }
        joined.kubectl(joined.member(1), "create", "-f", "-", given=json.dumps(made))
    return joined


def configmaps(site: Site, config: str) -> set[str]:
    found = site.kubectl(config, "get", "configmaps", "-o", "name").split()
    return {name.removeprefix("configmap/") for name in found} - {"kube-root-ca.crt"}


def test_none_comes_along_where_one_is_missing(legacy: Site) -> None:
    said = legacy.call("promote", "deployment", "lacking", "-C", MEMBER, "-d")
    resource = '"/v1, Resource=configmaps"(default/first)'
    assert said.code == 1
    assert said.out.splitlines() == [
        "use default interpreter",
        f"Dependency resource {resource} is promoted successfully",
        f"Dependency resource {resource} is reverted successfully",
    ]
    assert said.err == (
        'error: failed to promote dependencies of resource "apps/v1, Resource=deployments"(default/lacking) '
        f'automatically: failed to get dependency "ConfigMap"(default/nowhere) in cluster({MEMBER}): '
        f"the ConfigMap or nowhere don't exist in cluster({MEMBER})\n"
    )
    assert configmaps(legacy, legacy.karmada) == set()
    assert configmaps(legacy, legacy.member(1)) == {"first", "second"}


def test_all_come_along(legacy: Site) -> None:
    said = legacy.call("promote", "deployment", "whole", "-C", MEMBER, "-d")
    assert said.code == 0, said.err
    assert configmaps(legacy, legacy.karmada) == {"first", "second"}
    policies = json.loads(legacy.kubectl(legacy.karmada, "get", "propagationpolicies", "-o", "json"))
    assert [policy["spec"]["propagateDeps"] for policy in policies["items"]] == [True]


def test_what_depends_on_nothing_known_goes_alone(legacy: Site) -> None:
    legacy.kubectl(legacy.member(1), "create", "service", "clusterip", "plain", "--tcp=80")
    said = legacy.call("promote", "service", "plain", "-C", MEMBER, "-d")
    assert said.code == 0
    assert said.err == "there is no interpreter configured support to interpret dependencies\n"


def test_the_policy_is_shown_in_the_order_of_its_type(legacy: Site) -> None:
    said = legacy.call("promote", "configmap", "second", "-C", MEMBER, "-o", "json")
    shown, _, policy = said.out.partition("}\n{")
    assert list(json.loads(shown + "}")) == ["apiVersion", "kind", "metadata"]
    made = json.loads("{" + policy)
    assert list(made) == ["kind", "apiVersion", "metadata", "spec"]
    assert list(made["spec"]) == [
        "resourceSelectors",
        "placement",
        "conflictResolution",
        "preserveResourcesOnDeletion",
    ]
