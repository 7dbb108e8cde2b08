"""A member cluster on its way into Karmada."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from karmada_nb.engine.karmada.admission.cluster import (
    canonicalize,
    prepare_for_create,
    prepare_for_update,
    validate_cluster,
)
from karmada_nb.engine.karmada.admission.request import aggregate
from karmada_nb.engine.karmada.constants import ARTICLE

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def cluster(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "member1"}, "spec": {"syncMode": "Push", **spec}}


def complaint(**spec: Any) -> str:
    return aggregate(validate_cluster(cluster(**spec)))


def test_a_join_in_the_article_keeps_what_it_is_given() -> None:
    given = cluster(zone="a")
    assert prepare_for_create(given, ARTICLE) is given
    assert canonicalize(given, NOW, ARTICLE) is given


def test_one_zone_becomes_a_list() -> None:
    assert canonicalize(cluster(zone="a"), NOW)["spec"] == {"syncMode": "Push", "zones": ["a"]}


def test_a_zone_that_is_no_label_is_refused_under_its_own_name() -> None:
    assert complaint(zone="a b").startswith('spec.Zone: Invalid value: "a b": a valid label')
    assert complaint(zones=["a b"]).startswith('spec.Zones: Invalid value: "a b": a valid label')


def test_zone_and_zones_exclude_each_other() -> None:
    text = complaint(zone="a", zones=["b"])
    assert text.startswith('spec.spec: Invalid value: {"SyncMode":"Push","APIEndpoint":"","SecretRef":null')
    assert text.endswith(": Zone and Zones cannot co-exist")


def test_a_changed_spec_is_a_new_generation() -> None:
    old = prepare_for_create(cluster())
    same = prepare_for_update({**old, "metadata": {**old["metadata"], "labels": {"a": "b"}}}, old)
    assert same["metadata"]["generation"] == 1
    changed = prepare_for_update({**old, "spec": {**old["spec"], "region": "eu"}}, old)
    assert changed["metadata"]["generation"] == 2


def test_addresses_without_a_scheme_are_no_urls() -> None:
    form = "; desired format: hostname, hostname:port, IP or IP:port"
    parse = 'parse "127.0.0.1:6443": first path segment in URL cannot contain colon'
    why = f"apiEndpoint must be a valid URL: {parse}{form}"
    assert (
        complaint(apiEndpoint="127.0.0.1:6443") == f'spec.apiEndpoint: Invalid value: "127.0.0.1:6443": {why}'
    )
    assert complaint(apiEndpoint="localhost:6443") == (
        f'spec.apiEndpoint: Invalid value: "": host must be provided{form}'
    )
    assert complaint(apiEndpoint="https://127.0.0.1:6443") == ""
