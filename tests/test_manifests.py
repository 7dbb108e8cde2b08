"""Reading manifests, and the patch that kubectl apply would make."""

import pytest

from karmada_nb.failures import ManifestError
from karmada_nb.manifests import LAST_APPLIED, annotated, parse, patch

CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}


def test_documents_dicts_and_lists_give_objects() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n---\n"
    text += "{apiVersion: v1, kind: Secret, metadata: {name: b}}\n"
    assert [obj["metadata"]["name"] for obj in parse(text)] == ["a", "b"]
    assert parse(CONFIG) == [CONFIG]
    assert parse([CONFIG, CONFIG]) == [CONFIG, CONFIG]
    assert parse({"apiVersion": "v1", "kind": "List", "items": [CONFIG]}) == [CONFIG]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("apiVersion: v1\nkind: ConfigMap\n\tmetadata:\n", "line 3"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n name: a: b\n", "line 4"),
        ("kind: ConfigMap\nmetadata: {name: a}", "has no apiVersion"),
        ("apiVersion: v1\nmetadata: {name: a}", "has no kind"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\nname: a", "has no metadata.name"),
        ("just words", "Is a ':' missing?"),
    ],
)
def test_a_manifest_that_does_not_parse_says_where_and_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ManifestError) as caught:
        parse(text)
    assert said in str(caught.value)


def test_a_tab_is_named() -> None:
    with pytest.raises(ManifestError, match="replace the tab"):
        parse("kind: ConfigMap\n\tmetadata: {}\n")


def test_applying_the_same_again_changes_nothing() -> None:
    live = {**annotated({**CONFIG, "data": {"a": "1"}}), "status": {"x": 1}}
    assert patch({**CONFIG, "data": {"a": "1"}}, live) == {}


def test_what_was_applied_before_and_is_not_wanted_any_more_goes() -> None:
    live = annotated({**CONFIG, "data": {"a": "1", "b": "2"}})
    live = {**live, "data": {**live["data"], "others": "stay"}}
    assert patch({**CONFIG, "data": {"a": "1"}}, live)["data"] == {"b": None}


def test_an_object_that_was_read_and_changed_can_be_applied() -> None:
    live = annotated({**CONFIG, "data": {"a": "1"}})
    live = {**live, "metadata": {**live["metadata"], "resourceVersion": "7", "uid": "u"}}
    changes = patch({**live, "data": {"a": "2"}}, live)
    assert changes["data"] == {"a": "2"}
    assert list(changes["metadata"]) == ["annotations"]
    assert "resourceVersion" not in changes["metadata"]["annotations"][LAST_APPLIED]


def test_what_the_server_fills_in_is_no_change() -> None:
    wanted = {**CONFIG, "spec": {"containers": [{"name": "a", "created": None}], "strategy": {}}}
    live = annotated(wanted)
    live = {**live, "spec": {"containers": [{"name": "a", "policy": "Always"}], "strategy": {"type": "R"}}}
    assert patch(wanted, live) == {}
