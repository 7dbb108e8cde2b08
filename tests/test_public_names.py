"""What notebooks may count on: a name that appears here or goes away is a change that readers notice."""

import inspect

import pytest

import karmada_nb
from karmada_nb import Lab

PACKAGE = {"EDITIONS", "Lab", "LabError", "check", "compare", "drill", "progress"}
LAB = {
    "apply",
    "at",
    "attach",
    "backend",
    "chart_distribution",
    "chart_history",
    "chart_objects",
    "chart_requests",
    "chart_seats",
    "cluster_names",
    "close_widgets",
    "clusters",
    "connect",
    "current",
    "cut",
    "dashboard",
    "deinit",
    "delete",
    "differences",
    "distribution",
    "distribution_widget",
    "edition",
    "events",
    "exec",
    "explain",
    "flag",
    "get",
    "init",
    "installed",
    "join",
    "joined",
    "karmadactl",
    "kubeconfig",
    "kubeconfigs",
    "list",
    "magics",
    "members",
    "mend",
    "objects",
    "open",
    "own_names",
    "record",
    "request",
    "reset",
    "restore",
    "snapshot",
    "start",
    "stop",
    "unflag",
    "unjoin",
    "wait",
}


def test_the_package_offers_these_names() -> None:
    assert set(karmada_nb.__all__) == PACKAGE


@pytest.mark.parametrize("name", sorted(PACKAGE))
def test_every_name_of_the_package_is_there(name: str) -> None:
    assert getattr(karmada_nb, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'laboratory'"):
        karmada_nb.laboratory  # noqa: B018


def test_the_lab_offers_these_names() -> None:
    assert {name for name in dir(Lab) if not name.startswith("_")} | {"backend"} == LAB


@pytest.mark.parametrize("name", sorted(LAB - {"backend"}))
def test_every_method_of_the_lab_says_what_it_does(name: str) -> None:
    assert inspect.getdoc(getattr(Lab, name))
