"""``karmadactl get --watch``, as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.karmadactl.conftest import Site


@contextmanager
def watching(site: Site, *words: str) -> Iterator[Iterator[list[str]]]:
    """The lines that a watch prints, word by word, as they come."""
    line = [sys.executable, "-m", "karmada_nb", "karmadactl", "--kubeconfig", site.karmada, "get", *words]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield (printed.split() for printed in process.stdout)
        finally:
            process.kill()


def test_changes_of_all_clusters_come_into_one_table(joined: Site) -> None:
    with watching(joined, "configmaps", "--watch", "--output-watch-events", "-s", "all") as lines:
        header = next(lines)
        assert header == ["EVENT", "NAME", "CLUSTER", "DATA", "AGE", "ADOPTION"]
        found = [next(lines)[:3] for _ in range(3)]
        assert [["ADDED", "kube-root-ca.crt", where] for where in ("Karmada", "k3d-cluster-1")] == found[:2]
        joined.kubectl(joined.member(2), "create", "configmap", "late")
        told = next(line for line in lines if line[1] == "late")
        assert [*told[:4], told[5]] == ["ADDED", "late", "k3d-cluster-2", "0", "N"]
        joined.kubectl(joined.member(2), "delete", "configmap", "late")
        assert next(line for line in lines if line[1] == "late")[0] == "DELETED"


def test_one_object_is_watched_without_listing_it(joined: Site) -> None:
    with watching(joined, "configmap", "watched", "-w", "-s", "karmada") as lines:
        assert list(lines) == []
    joined.kubectl(joined.karmada, "create", "configmap", "watched")
    with watching(joined, "configmap", "watched", "-w", "-s", "karmada") as lines:
        assert [next(lines)[0] for _ in range(2)] == ["NAME", "watched"]
        joined.kubectl(joined.karmada, "patch", "configmap", "watched", "-p", '{"data":{"a":"b"}}')
        assert next(lines)[:3] == ["watched", "Karmada", "1"]


def test_kinds_cannot_be_mixed(joined: Site) -> None:
    said = joined.call("get", "configmaps,secrets", "-w", "-s", "karmada")
    assert said.code == 1
    assert said.err.startswith(
        "error: watch is only supported on individual resources and resource collections"
    )


def test_what_is_not_there_cannot_be_watched(joined: Site) -> None:
    said = joined.call("get", "nothings", "-w")
    assert (said.code, said.err) == (1, "error: not to find obj that is watched\n")


def test_events_are_told_of_a_watch_only(joined: Site) -> None:
    said = joined.call("get", "pods", "--output-watch-events")
    complaint = "error: --output-watch-events option can only be used with --watch or --watch-only\n"
    assert (said.code, said.err) == (1, complaint)
