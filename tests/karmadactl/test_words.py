"""What karmadactl says without any cluster."""

import io

import pytest

from karmada_nb.karmadactl import main
from karmada_nb.karmadactl.catalogue import WHERE, find


def call(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(words, out, err), out.getvalue(), err.getvalue()


@pytest.mark.parametrize("words", [(), ("help",), ("--help",), ("-h",)])
def test_without_a_command_it_says_what_there_is(words: tuple[str, ...]) -> None:
    code, out, err = call(*words)
    assert (code, err) == (0, "")
    assert out.startswith("karmadactl controls a Kubernetes Cluster Federation.\n")
    assert all(f"  {name} " in out for name in WHERE)


@pytest.mark.parametrize("name", WHERE)
def test_every_command_has_help(name: str) -> None:
    command = find(name)
    assert command is not None
    for words in ((name, "--help"), ("help", name), ("--kubeconfig", "x", name, "-h")):
        code, out, _ = call(*words)
        assert code == 0
        assert f"Usage:\n  karmadactl {command.usage}\n" in out


def test_an_unknown_command_is_answered_with_what_was_meant() -> None:
    code, _, err = call("joni")
    assert code == 1
    assert err.startswith('error: unknown command "joni" for "karmadactl"\n\nDid you mean this?\n')
    assert "\tjoin\n" in err


def test_flags_may_stand_before_the_command() -> None:
    assert call("--kubeconfig", "/none", "cordon", "a")[2] == "error: stat /none: no such file or directory\n"
    assert call("-v", "4", "--kubeconfig=/none", "cordon", "a")[0] == 1


def test_version_is_this_packages_own() -> None:
    code, out, _ = call("version")
    assert code == 0
    assert out.startswith('karmadactl version: version.Info{GitVersion:"karmada-nb-')
