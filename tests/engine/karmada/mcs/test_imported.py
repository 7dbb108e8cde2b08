"""Derived Services, as pkg/controllers/mcs/service_import_controller.go makes them."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.mcs.imported import derived_service, derives, updated_service, with_ingress
from karmada_nb.engine.meta import Object

IMPORT: Object = {
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "type": "ClusterSetIP",
        "ips": ["10.9.0.1"],
        "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
    },
}


def test_ports_and_addresses_come_from_the_import() -> None:
    derived = derived_service(IMPORT)
    assert meta.name(derived) == "derived-web"
    assert derived["spec"] == {
        "type": "ClusterIP",
        "ports": [{"name": "http", "protocol": "TCP", "port": 80}],
    }
    assert with_ingress(derived, IMPORT)["status"]["loadBalancer"] == {"ingress": [{"ip": "10.9.0.1"}]}


def test_an_update_keeps_the_cluster_ip_and_is_made_for_ports_only() -> None:
    standing = {**derived_service(IMPORT)}
    ports = [{**standing["spec"]["ports"][0], "targetPort": 80}]
    standing["spec"] = {**standing["spec"], "clusterIP": "10.43.0.7", "ports": ports}
    assert updated_service(standing, derived_service(IMPORT)) is standing
    other = meta.replace(IMPORT, ("spec", "ports"), [{"port": 81, "protocol": "TCP"}])
    changed = updated_service(standing, derived_service(other))
    assert changed["spec"]["clusterIP"] == "10.43.0.7"
    assert changed["spec"]["ports"] == [{"port": 81, "protocol": "TCP"}]


@pytest.mark.parametrize(
    ("edition", "kind", "wanted"),
    [
        ("article", "Headless", True),
        ("current", "Headless", False),
        ("article", "ClusterSetIP", True),
        ("current", "ClusterSetIP", True),
    ],
)
def test_today_headless_imports_derive_nothing(edition: Edition, kind: str, wanted: bool) -> None:
    assert derives(meta.replace(IMPORT, ("spec", "type"), kind), edition) is wanted


@pytest.mark.parametrize("edition", ["article", "current"])
def test_an_import_may_say_nothing(edition: Edition) -> None:
    bare: Object = {"metadata": {"name": "web", "namespace": "default"}}
    assert derives(bare, edition) is (edition == "article")
    assert derived_service(bare)["spec"]["ports"] == []
