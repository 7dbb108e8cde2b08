"""What is kubectl's own is left to the real kubectl: at Karmada, or at a member through Karmada's proxy."""

import os
import subprocess
from collections.abc import Sequence

from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.session import JSON
from karmada_nb.tools import kubectl_path

_PROXY = "/apis/cluster.karmada.io/v1alpha1/clusters/{}/proxy/"


def command_line(call: Call, words: Sequence[str], cluster: str = "") -> list[str]:
    """The kubectl call. For a member it is the same user, at another address, as the real one does it."""
    line = [kubectl_path()]
    if call.kubeconfig:
        line += ["--kubeconfig", call.kubeconfig]
    context = call.flags.values.get("karmada-context")
    if context:
        line += ["--context", context]
    if cluster:
        line += ["--server", call.access.server + _PROXY.format(cluster)]
    return [*line, *words]


def run(call: Call, words: Sequence[str], cluster: str = "") -> int:
    """Run kubectl, and give back its exit code. Raises StatusError for a member that is not there."""
    if cluster:
        check_member(call, cluster)
    line = command_line(call, words, cluster)
    if call.streams.inherited:
        call.out.flush()
        return subprocess.run(line, check=False).returncode
    done = subprocess.run(line, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    call.out.write(done.stdout.decode(errors="replace"))
    call.err.write(done.stderr.decode(errors="replace"))
    return done.returncode


def replace_process(call: Call, words: Sequence[str], cluster: str = "") -> int:
    """Become kubectl, so that a terminal is its own; in a notebook or a test, run it."""
    if call.streams.inherited:
        if cluster:
            check_member(call, cluster)
        line = command_line(call, words, cluster)
        call.out.flush()
        call.err.flush()
        os.execv(line[0], line)
    return run(call, words, cluster)


def check_member(call: Call, cluster: str) -> None:
    """Raises StatusError NotFound for a cluster that is not joined."""
    call.karmada.get(f"/apis/cluster.karmada.io/v1alpha1/clusters/{cluster}", JSON)


def output(call: Call, words: Sequence[str], cluster: str = "") -> "subprocess.CompletedProcess[str]":
    """What kubectl says."""
    return subprocess.run(command_line(call, words, cluster), capture_output=True, check=False, text=True)
