import pytest

from karmada_nb.engine.network.names import NameNotFound, candidates
from tests.engine.network.cluster import Place


def test_a_resolver_asks_in_the_order_of_the_search_path() -> None:
    assert list(candidates("pipy.default", "shop")) == [
        "pipy.default.shop.svc.cluster.local",
        "pipy.default.svc.cluster.local",
        "pipy.default.cluster.local",
        "pipy.default",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "pipy",
        "pipy.default",
        "pipy.default.svc",
        "pipy.default.svc.cluster.local",
        "PIPY.default",
        "10.43.0.7",
    ],
)
async def test_every_form_of_a_service_name_leads_to_its_cluster_ip(name: str) -> None:
    place = Place()
    place.service("pipy", "10.43.0.7")
    assert place.network.resolve(name, "default") == ["10.43.0.7"]


async def test_a_short_name_is_looked_up_in_the_own_namespace_only() -> None:
    place = Place()
    place.service("pipy", "10.43.0.7")
    with pytest.raises(NameNotFound, match="Could not resolve host: pipy"):
        place.network.resolve("pipy", "shop")


async def test_a_headless_service_has_the_addresses_of_its_ready_endpoints() -> None:
    place = Place()
    place.service("db", "None")
    place.endpoints("db", "10.42.0.5", "10.42.0.6")
    assert place.network.resolve("db", "default") == ["10.42.0.5", "10.42.0.6"]


async def test_a_headless_service_without_endpoints_does_not_resolve() -> None:
    place = Place()
    place.service("db", "None")
    with pytest.raises(NameNotFound):
        place.network.resolve("db", "default")


async def test_a_pod_of_a_headless_service_has_a_name_of_its_own() -> None:
    place = Place()
    place.service("db", "None")
    place.endpoints("db", "10.42.0.5", hostname="db-0")
    assert place.network.resolve("db-0.db", "default") == ["10.42.0.5"]


async def test_an_external_name_is_followed() -> None:
    place = Place()
    place.service("pipy", "10.43.0.7")
    place.service("alias", "", type="ExternalName", externalName="pipy.default.svc.cluster.local")
    assert place.network.resolve("alias", "default") == ["10.43.0.7"]


async def test_names_outside_the_cluster_are_unknown() -> None:
    with pytest.raises(NameNotFound):
        Place().network.resolve("example.com", "default")
