"""What a word on the command line means."""

import pytest

from karmada_nb.karmadactl.discovery import Served, Wanted, named, wanted
from karmada_nb.karmadactl.failures import CommandError

SERVED = [
    Served("", "v1", "pods", "pod", "Pod", True, ("po",), ("all",)),
    Served("", "v1", "events", "event", "Event", True, ("ev",), ()),
    Served("apps", "v1", "deployments", "deployment", "Deployment", True, ("deploy",), ("all",)),
    Served("events.k8s.io", "v1", "events", "event", "Event", True, ("ev",), ()),
    Served("cluster.karmada.io", "v1alpha1", "clusters", "cluster", "Cluster", False, (), ()),
]


@pytest.mark.parametrize(
    ("word", "title"),
    [
        ("deployments", "deployment.apps"),
        ("deployment", "deployment.apps"),
        ("Deployment", "deployment.apps"),
        ("deploy", "deployment.apps"),
        ("deployments.apps", "deployment.apps"),
        ("deployments.v1.apps", "deployment.apps"),
        ("events", "event"),
        ("events.events.k8s.io", "event.events.k8s.io"),
        ("clusters", "cluster.cluster.karmada.io"),
        ("clusters.cluster", "cluster.cluster.karmada.io"),
    ],
)
def test_a_word_means_one_resource(word: str, title: str) -> None:
    assert [found.title for found in named(SERVED, word)] == [title]


def test_a_category_means_all_that_is_in_it() -> None:
    assert [found.plural for found in named(SERVED, "all")] == ["pods", "deployments"]


def test_an_unknown_word_is_refused_in_kubectls_words() -> None:
    with pytest.raises(CommandError) as error:
        named(SERVED, "foos")
    assert str(error.value) == 'the server doesn\'t have a resource type "foos"'


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pods", [Wanted("pods")]),
        ("pods,deploy", [Wanted("pods"), Wanted("deploy")]),
        ("pods a b", [Wanted("pods", "a"), Wanted("pods", "b")]),
        ("pod/a deploy/b", [Wanted("pod", "a"), Wanted("deploy", "b")]),
    ],
)
def test_arguments_name_resources_and_objects(line: str, found: list[Wanted]) -> None:
    assert wanted(line.split()) == found


def test_the_two_forms_do_not_mix() -> None:
    with pytest.raises(CommandError, match="there is no need to specify a resource type"):
        wanted(["pods", "deploy/b"])


def test_namespaces_are_only_in_the_paths_of_what_has_one() -> None:
    assert SERVED[2].path("shop", "web") == "/apis/apps/v1/namespaces/shop/deployments/web"
    assert SERVED[4].path("shop", "m1") == "/apis/cluster.karmada.io/v1alpha1/clusters/m1"
