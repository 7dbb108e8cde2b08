"""Command lines, read as pflag reads them."""

import pytest

from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, duration, integer, lift, parse, strings, switch

FLAGS = (
    Flag("kubeconfig", ""),
    Flag("namespace", "", "n"),
    Flag("clusters", "", "C", [], strings),
    Flag("wait", "", "", 60.0, duration),
    Flag("port", "", "p", 1, integer),
    switch("dry-run", ""),
    switch("watch", "", "w"),
    switch("all-namespaces", "", "A"),
)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("--kubeconfig=a", "kubeconfig", "a"),
        ("--kubeconfig a", "kubeconfig", "a"),
        ("--kubeconfig=a=b", "kubeconfig", "a=b"),
        ("-n x", "namespace", "x"),
        ("-nx", "namespace", "x"),
        ("-n=x", "namespace", "x"),
        ("-wAn x", "namespace", "x"),
        ("-C a,b -C c", "clusters", ["a", "b", "c"]),
        ("--wait 1m30s", "wait", 90.0),
        ("--wait 500ms", "wait", 0.5),
        ("", "wait", 60.0),
        ("--dry-run", "dry-run", True),
        ("--dry-run=false", "dry-run", False),
        ("-p 7", "port", 7),
    ],
)
def test_a_flag_has_the_value_that_was_said(line: str, name: str, value: object) -> None:
    assert parse(FLAGS, line.split())[name] == value


def test_flags_and_arguments_may_mix_until_two_dashes() -> None:
    parsed = parse(FLAGS, ["a", "--dry-run", "b", "--", "-n", "c"])
    assert parsed.arguments == ["a", "b", "-n", "c"]
    assert parsed.dash == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("--foo", "unknown flag: --foo"),
        ("--foo=1", "unknown flag: --foo"),
        ("-z", "unknown shorthand flag: 'z' in -z"),
        ("-wz", "unknown shorthand flag: 'z' in -wz"),
        ("--kubeconfig", "flag needs an argument: --kubeconfig"),
        ("-n", "flag needs an argument: 'n' in -n"),
        ("--wait soon", 'invalid argument "soon" for "--wait" flag: time: invalid duration "soon"'),
        (
            "-p many",
            'invalid argument "many" for "-p, --port" flag: strconv.ParseInt: parsing "many": invalid syntax',
        ),
        (
            "--dry-run=maybe",
            'invalid argument "maybe" for "--dry-run" flag: '
            'strconv.ParseBool: parsing "maybe": invalid syntax',
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_pflags_words(line: str, complaint: str) -> None:
    with pytest.raises(CommandError) as error:
        parse(FLAGS, line.split())
    assert str(error.value) == complaint


def test_lift_leaves_all_other_words_in_their_place() -> None:
    flags = (Flag("cluster", "", "C"), Flag("kubeconfig", ""))
    parsed = lift(flags, ["mypod", "-it", "-C", "m1", "--kubeconfig=k", "-c", "box", "--", "sh", "-C", "x"])
    assert parsed.arguments == ["mypod", "-it", "-c", "box", "--", "sh", "-C", "x"]
    assert (parsed["cluster"], parsed["kubeconfig"]) == ("m1", "k")
