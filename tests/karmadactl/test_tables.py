"""Tables over several clusters."""

from typing import Any

from karmada_nb.karmadactl.adoption import Adoption
from karmada_nb.karmadactl.discovery import Served
from karmada_nb.karmadactl.tables import Part, Style, aligned, text

PODS = Served("", "v1", "pods", "pod", "Pod", True, ("po",), ("all",))
DEPLOYMENTS = Served("apps", "v1", "deployments", "deployment", "Deployment", True, ("deploy",), ("all",))


def table(*rows: tuple[str, str, dict[str, str]]) -> Any:
    return {
        "columnDefinitions": [
            {"name": "Name", "priority": 0},
            {"name": "Ready", "priority": 0},
            {"name": "Node", "priority": 1},
        ],
        "rows": [
            {
                "cells": [name, ready, "n1"],
                "object": {"metadata": {"name": name, "namespace": "shop", "labels": labels}},
            }
            for name, ready, labels in rows
        ],
    }


MANAGED = {"karmada.io/managed": "true"}


def test_cluster_comes_second_and_adoption_last() -> None:
    parts = [
        Part("Karmada", DEPLOYMENTS, table(("web", "2/2", {}))),
        Part("member1", DEPLOYMENTS, table(("web", "1/1", MANAGED), ("own", "1/1", {}))),
    ]
    assert text(parts, Style()) == (
        "NAME   CLUSTER   READY   ADOPTION\n"
        "web    Karmada   2/2     -\n"
        "web    member1   1/1     Y\n"
        "own    member1   1/1     N\n"
    )


def test_adoption_of_pods_shows_only_when_wide() -> None:
    parts = [Part("member1", PODS, table(("web-1", "1/1", {})))]
    assert text(parts, Style()).splitlines()[0] == "NAME    CLUSTER   READY"
    assert text(parts, Style(wide=True)).splitlines()[0] == "NAME    CLUSTER   READY   NODE   ADOPTION"


def test_resources_of_several_kinds_are_told_apart() -> None:
    parts = [
        Part("member1", DEPLOYMENTS, table(("web", "1/1", {}))),
        Part("member1", PODS, table(("web-1", "1/1", {}))),
    ]
    assert (
        text(parts, Style(headers=False))
        == "pod/web-1   member1   1/1\ndeployment.apps/web   member1   1/1\n"
    )


def test_columns_stay_as_wide_as_they_were() -> None:
    widths: list[int] = []
    assert aligned([["a-long-name", "1", "x"]], widths) == "a-long-name   1     x\n"
    assert aligned([["b", "2", "x"]], widths) == "b             2     x\n"


def test_namespaces_and_labels_have_columns_of_their_own() -> None:
    parts = [Part("member1", PODS, table(("web-1", "1/1", {"app": "web"})))]
    style = Style(namespaces=True, labels=("app",), show_labels=True)
    assert text(parts, style) == (
        "NAMESPACE   NAME    CLUSTER   READY   APP   LABELS\n"
        "shop        web-1   member1   1/1     web   app=web\n"
    )


def test_in_v12_bindings_tell_what_is_adopted() -> None:
    parts = [Part("member1", DEPLOYMENTS, table(("web", "1/1", {}), ("own", "1/1", MANAGED)))]
    style = Style(headers=False, adoption=Adoption(frozenset({("member1", "web-deployment")})))
    assert [line.split()[-1] for line in text(parts, style).splitlines()] == ["Y", "N"]


def test_nothing_is_printed_for_no_rows() -> None:
    assert text([Part("member1", PODS, table())], Style()) == ""
