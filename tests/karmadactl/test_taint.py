"""Taints on the command line. The cases follow pkg/karmadactl/taint/taint_test.go."""

import pytest

from karmada_nb.engine.meta import Object
from karmada_nb.karmadactl.failures import CommandError, Several
from karmada_nb.karmadactl.taint import Taint, parse, reorganize, split

FOO: Object = {"key": "foo", "value": "abc", "effect": "NoSchedule"}


def test_resources_come_before_taints() -> None:
    assert split(["clusters", "m1", "foo=abc:NoSchedule", "bar-"]) == (
        ["clusters", "m1"],
        ["foo=abc:NoSchedule", "bar-"],
    )
    with pytest.raises(CommandError, match="all resources must be specified before taint changes: m2"):
        split(["clusters", "m1", "foo:NoSchedule", "m2"])


def test_taints_are_put_on_and_taken_off() -> None:
    add, remove = parse(["foo=abc:NoSchedule", "bar:NoExecute", "old-", "older:NoSchedule-"])
    assert add == [Taint("foo", "abc", "NoSchedule"), Taint("bar", "", "NoExecute")]
    assert remove == [Taint("old", "", ""), Taint("older", "", "NoSchedule")]


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("foo=abc", "invalid taint spec: foo=abc"),
        ("foo", "invalid taint spec: foo"),
        ("foo=a=b:NoSchedule", "invalid taint spec: foo=a=b:NoSchedule"),
        ("a:b:c", "invalid taint spec: a:b:c"),
        ("foo:Never", "invalid taint effect: Never, unsupported taint effect"),
    ],
)
def test_what_is_no_taint_is_refused(spec: str, complaint: str) -> None:
    with pytest.raises(CommandError) as error:
        parse([spec])
    assert str(error.value).startswith(complaint)


def test_the_same_taint_twice_is_refused() -> None:
    with pytest.raises(CommandError, match="duplicated taints with the same key and effect"):
        parse(["foo=1:NoSchedule", "foo=2:NoSchedule"])


@pytest.mark.parametrize(
    ("standing", "specs", "overwrite", "done", "wanted"),
    [
        ([], ["foo=abc:NoSchedule"], False, "tainted", [FOO]),
        ([FOO], ["foo-"], False, "untainted", []),
        ([FOO], ["foo:NoSchedule-"], False, "untainted", []),
        ([FOO], ["foo=new:NoSchedule"], True, "modified", [{**FOO, "value": "new"}]),
        (
            [FOO],
            ["foo-", "bar:NoExecute"],
            False,
            "modified",
            [{"key": "bar", "effect": "NoExecute"}],
        ),
    ],
)
def test_taints_of_a_cluster_become(
    standing: list[Object], specs: list[str], overwrite: bool, done: str, wanted: list[Object]
) -> None:
    assert reorganize("m1", standing, *parse(specs), overwrite=overwrite) == (done, wanted)


def test_a_standing_taint_is_not_replaced_without_being_told() -> None:
    with pytest.raises(CommandError, match=r"cluster m1 already has foo taint\(s\) with same effect"):
        reorganize("m1", [FOO], *parse(["foo=new:NoSchedule"]), overwrite=False)


def test_a_taint_that_is_not_there_cannot_be_taken_off() -> None:
    with pytest.raises(Several, match='taint "bar" not found'):
        reorganize("m1", [FOO], *parse(["bar-"]), overwrite=False)
