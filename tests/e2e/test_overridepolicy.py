"""Follows test/e2e/suites/base/overridepolicy_test.go and clusteroverridepolicy_test.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import (
    CONTAINER,
    cluster_override,
    configmap,
    deployment,
    names,
    obj,
    override,
    pod,
    policy,
    rule,
)
from tests.e2e.suite import Suite

APPLIED = "ApplyOverridePolicySucceed"
FICTIONAL = {"component": "Registry", "operator": "replace", "value": "fictional.registry.us"}
ALL_PARTS = [
    FICTIONAL,
    {"component": "Repository", "operator": "replace", "value": "busybox"},
    {"component": "Tag", "operator": "replace", "value": "1.0"},
]
FIRST = [{**FICTIONAL, "predicate": {"path": "/spec/template/spec/containers/0/image"}}]
TWO = (CONTAINER, {"name": "redis", "image": "redis:5.0.5"})


async def overridden(
    suite: Suite, template: Object, selectors: Object | None, *, rules: bool = True, **overriders: Any
) -> None:
    """Propagate a template everywhere, with an override policy for it that was there before."""
    name = meta.name(template)
    if rules:
        made = override(name, selectors, rule(suite.members, **overriders))
    else:
        targets = {"clusterNames": suite.members}
        made = override(name, selectors, targetCluster=targets, overriders=overriders)
    await suite.create(policy(name, template, names(*suite.members)), made, template)


async def told(suite: Suite, template: Object) -> None:
    name = meta.name(template)
    await suite.eventually(lambda: APPLIED in {reason for reason, _ in suite.events(template["kind"], name)})


def images(found: Object) -> list[str]:
    spec = found["spec"] if found["kind"] == "Pod" else found["spec"]["template"]["spec"]
    return [container["image"] for container in spec["containers"]]


@pytest.mark.parametrize("field", ["labels", "annotations"])
async def test_labels_and_annotations(suite: Suite, field: str) -> None:
    name = suite.name("deploy")
    template = deployment(name, **{field: {"foo": "foo", "bar": "bar"}})
    steps = [
        {"operator": "replace", "value": {"foo": "exist", "non-exist": "non-exist"}},
        {"operator": "add", "value": {"app": "nginx"}},
        {"operator": "remove", "value": {"bar": "bar"}},
    ]
    await overridden(suite, template, template, rules=False, **{f"{field}Overrider": steps})
    await told(suite, template)

    def fits(found: Object) -> bool:
        values: dict[str, str] = found["metadata"][field]
        gone = "bar" not in values and "non-exist" not in values
        return gone and (values["foo"], values["app"]) == ("exist", "nginx")

    await suite.fits("Deployment", name, fits, suite.members)


@pytest.mark.parametrize("rules", [False, True], ids=["overriders", "rules"])
@pytest.mark.parametrize(
    "make", [lambda n: deployment(n, 3, *TWO), lambda n: pod(n, *TWO)], ids=["deploy", "pod"]
)
async def test_every_image(suite: Suite, make: Callable[[str], Object], rules: bool) -> None:
    template = make(suite.name("images"))
    await overridden(suite, template, template, rules=rules, imageOverrider=ALL_PARTS)
    await told(suite, template)
    await suite.fits(
        template["kind"],
        meta.name(template),
        lambda o: set(images(o)) == {"fictional.registry.us/busybox:1.0"},
        suite.members,
    )


@pytest.mark.parametrize("rules", [False, True], ids=["overriders", "rules"])
@pytest.mark.parametrize("selects", [False, True], ids=["everything", "selected"])
async def test_one_image(suite: Suite, selects: bool, rules: bool) -> None:
    template = deployment(suite.name("deploy"), 3, *TWO)
    await overridden(suite, template, template if selects else None, rules=rules, imageOverrider=FIRST)
    await told(suite, template)
    await suite.fits(
        "Deployment",
        meta.name(template),
        lambda d: images(d) == ["fictional.registry.us/nginx:1.19.0", "redis:5.0.5"],
        suite.members,
    )


@pytest.mark.parametrize("make", [override, cluster_override], ids=["namespaced", "cluster"])
async def test_an_override_that_comes_later(suite: Suite, make: Callable[..., Object]) -> None:
    name = suite.name("deploy")
    template = deployment(name)
    await suite.create(policy(name, template, names(*suite.members)), template)
    await suite.present("Deployment", name, suite.members)
    await suite.create(make(name, None, rule(suite.members, imageOverrider=FIRST)))
    await suite.fits(
        "Deployment", name, lambda d: images(d) == ["fictional.registry.us/nginx:1.19.0"], suite.members
    )


async def test_a_value_inside_json(suite: Suite) -> None:
    inner = deployment("nginx-deploy")
    template = configmap(suite.name("configmap"), {"deploy.json": orjson.dumps(inner).decode()})
    steps = [
        {"subPath": "/spec/replicas", "operator": "replace", "value": 5},
        {
            "subPath": "/spec/template/spec/containers/-",
            "operator": "add",
            "value": {"name": "nginx-helper", "image": "nginx:1.19.1"},
        },
        {"subPath": "/spec/template/spec/containers/0/image", "operator": "remove"},
    ]
    fields = [{"fieldPath": "/data/deploy.json", "json": steps}]
    await overridden(suite, template, template, fieldOverrider=fields)

    def fits(found: Object) -> bool:
        text = found["data"]["deploy.json"]
        return '"replicas":5' in text and '"nginx-helper"' in text and '"nginx:1.19.0"' not in text

    await suite.fits("ConfigMap", meta.name(template), fits, suite.members)


NGINX = """
server:
  listen: 80
  server_name: localhost
  location /:
    root: /usr/share/nginx/html
    index:
      - index.html
      - index.htm
  error_page:
    - code: 500
    - code: 502
  location /50x.html:
    root: /usr/share/nginx/html
"""


async def test_a_value_inside_yaml(suite: Suite) -> None:
    template = configmap(suite.name("configmap"), {"nginx.yaml": NGINX})
    steps = [
        {"subPath": "/server/location ~1/root", "operator": "replace", "value": "/var/www/html"},
        {"subPath": "/server/error_page/-", "operator": "add", "value": {"code": 400}},
        {"subPath": "/server/location ~1/index", "operator": "remove"},
    ]
    fields = [{"fieldPath": "/data/nginx.yaml", "yaml": steps}]
    await overridden(suite, template, template, fieldOverrider=fields)

    def fits(found: Object) -> bool:
        text = found["data"]["nginx.yaml"]
        return "root: /var/www/html" in text and "code: 400" in text and "- index.html" not in text

    await suite.fits("ConfigMap", meta.name(template), fits, suite.members)


async def test_a_namespace_gets_its_labels_overridden(suite: Suite) -> None:
    name = suite.name("cop-test-ns")
    namespace = obj("v1", "Namespace", name, None)
    step = {"path": "/metadata/labels", "operator": "add", "value": {"hello": "world"}}
    await suite.create(cluster_override(name, namespace, rule(suite.members, plaintext=[step])), namespace)
    await suite.fits("Namespace", name, lambda n: meta.labels(n).get("hello") == "world", suite.members)
