"""``init`` and ``deinit`` in a host cluster: the parts of Karmada as ``kubectl`` shows them there."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.lifecycle.common import CommandError
from karmada_nb.engine.karmada.lifecycle.deinit import deinit
from karmada_nb.engine.karmada.lifecycle.init import DEPLOYMENTS, SERVICES, install_host, install_karmada
from karmada_nb.engine.karmada.lifecycle.karmada_objects import RESOURCES
from karmada_nb.engine.pki import SigningKey
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import VirtualClock

SECRETS = Resource("", "v1", "secrets")
PARTS = [
    "karmada-aggregated-apiserver",
    "karmada-apiserver",
    "karmada-controller-manager",
    "karmada-scheduler",
    "karmada-webhook",
    "kube-controller-manager",
]
_KEY = SigningKey()


@pytest.fixture
async def host() -> Cluster:
    cluster = Cluster(Settings("host", "v1.36.2"), VirtualClock(), Signer(_KEY), "CA")
    cluster.start()
    return cluster


def names(cluster: Cluster, resource: Resource) -> list[str]:
    return [meta.name(obj) for obj in cluster.informers(*resource).items("karmada-system")]


@pytest.mark.parametrize("edition", ["article", "current"])
async def test_the_parts_of_karmada_are_deployed(host: Cluster, edition: Edition) -> None:
    await install_host(host.client_as("karmadactl"), edition)
    assert names(host, DEPLOYMENTS) == PARTS
    services = ["etcd", *(p for p in PARTS if p not in ("karmada-controller-manager", "karmada-scheduler"))]
    assert names(host, SERVICES) == sorted(services)
    assert {"etcd-cert", "karmada-cert", "karmada-webhook-cert"} <= set(names(host, SECRETS))
    assert ("kubeconfig" in names(host, SECRETS)) == (edition == "article")


async def test_installing_twice_changes_nothing(host: Cluster) -> None:
    client = host.client_as("karmadactl")
    await install_host(client, "current")
    before = host.store.revision
    await install_host(client, "current")
    assert host.store.revision == before


async def test_a_taken_port_is_refused(host: Cluster) -> None:
    client = host.client_as("karmadactl")
    port = {"port": 80, "nodePort": 32443}
    taken = {"metadata": {"name": "taken"}, "spec": {"type": "NodePort", "ports": [port]}}
    await client.create(SERVICES, taken, "default")
    with pytest.raises(CommandError, match="nodePort of karmada apiserver 32443 already exist"):
        await install_host(client, "current")


async def test_deinit_takes_away_what_init_made_and_says_what(host: Cluster) -> None:
    client = host.client_as("karmadactl")
    await install_host(client, "current")
    said: list[str] = []
    await deinit(client, progress=said.append)
    assert said[0].startswith("delete deployment")
    assert 'delete deployment "karmada-apiserver"' in said
    assert [names(host, r) for r in (DEPLOYMENTS, SERVICES, SECRETS)] == [[], [], []]


@pytest.mark.parametrize("edition", ["article", "current"])
async def test_a_fresh_karmada_api_gets_its_kinds_and_roles(host: Cluster, edition: Edition) -> None:
    client = host.client_as("karmadactl")
    await install_karmada(client, edition)
    await client.list(Resource("policy.karmada.io", "v1alpha1", "propagationpolicies"))
    roles = await client.list(RESOURCES["ClusterRole"])
    found = {meta.name(role) for role in roles.items}
    assert "cluster-proxy-admin" in found
    assert ("karmada-view" in found) == (edition == "current")
    hooks = await client.get(RESOURCES["ValidatingWebhookConfiguration"], "validating-config")
    assert hooks["webhooks"][0]["name"] == "propagationpolicy.karmada.io"
