"""Attaching to what runs: what is read from parameters, and what is said when it is wrong."""

from pathlib import Path

import pytest

from karmada_nb import Lab, LabError
from karmada_nb.backends.base import BackendError
from karmada_nb.backends.kubeconfig import ExistingKarmada, parse_members


def test_members_may_be_text_as_papermill_gives_it() -> None:
    assert parse_members("a=/x, b=/y") == {"a": Path("/x"), "b": Path("/y")}
    assert parse_members({"a": "/x"}) == {"a": Path("/x")}
    assert parse_members(None) == {}


@pytest.mark.parametrize("text", ["a", "a=", "=x", "a=/x,,b=/y"])
def test_members_that_cannot_be_read_are_shown(text: str) -> None:
    with pytest.raises(BackendError, match="expected members as name=path"):
        parse_members(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match=r"for karmada at .*missing, found no such file"):
        ExistingKarmada(tmp_path / "missing").up(lambda step: None)


def test_without_karmada_it_says_what_to_give() -> None:
    with pytest.raises(LabError, match="expected karmada="):
        Lab.open(backend="kubeconfig")


def test_parameters_that_make_no_sense_are_refused() -> None:
    with pytest.raises(LabError, match="embedded, k3d or kubeconfig, found 'minikube'"):
        Lab.open(backend="minikube")
    with pytest.raises(LabError, match="article, current, found 'next'"):
        Lab.open(edition="next")
    with pytest.raises(LabError, match=r"Lab\.attach"):
        Lab.start(backend="kubeconfig")
