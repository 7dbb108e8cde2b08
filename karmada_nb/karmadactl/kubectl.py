"""What is kubectl's own is left to the real kubectl: at Karmada, or at a member through Karmada's proxy."""

import os
import re
import subprocess
from collections.abc import Sequence

from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.session import JSON
from karmada_nb.tools import kubectl_path

_ITSELF = re.compile(
    r"\bkubectl (?=(?:annotate|api-resources|api-versions|apply|attach|create|delete|describe|edit|exec"
    r"|explain|get|label|logs|options|patch)\b)"
)
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
    if not call.streams.inherited:
        done = subprocess.run(line, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        call.out.write(done.stdout.decode(errors="replace"))
        call.err.write(own_words(done.stderr.decode(errors="replace")))
        return done.returncode
    call.out.flush()
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, errors="replace") as child:
        assert child.stderr is not None
        try:
            for told in child.stderr:
                call.err.write(own_words(told))
                call.err.flush()
        except KeyboardInterrupt:
            child.wait()
            raise
    return child.returncode


def own_words(told: str) -> str:
    """What kubectl complains of, as karmadactl's own: it is karmadactl that a reader called."""
    return _ITSELF.sub("karmadactl ", told)


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
