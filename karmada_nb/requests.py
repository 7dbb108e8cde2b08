"""Commands in pods, and HTTP requests from one: who answers whom."""

import importlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import yaml

from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.frames import condition
from karmada_nb.language import say

REQUEST_SECONDS: Final = 5
EXEC_SECONDS: Final = 60.0


def running_pod(connection: Connection, selector: str, namespace: str) -> str:
    """The name of a Ready pod with the labels. Raises LabError if there is none."""
    found = connection.list("pods", namespace, labels=selector)
    for pod in found:
        if condition(pod, "Ready") == "True" and "deletionTimestamp" not in pod["metadata"]:
            return str(pod["metadata"]["name"])
    states = ", ".join(f"{p['metadata']['name']} {p['status'].get('phase', '')}" for p in found)
    raise LabError(
        "expected a Ready pod with {selector} in {cluster}, found {states}. See them with: "
        "kubectl --kubeconfig {kubeconfig} get pods -n {namespace} -l {selector}",
        selector=selector,
        cluster=connection.name,
        states=states or say("no pod"),
        kubeconfig=connection.kubeconfig,
        namespace=namespace,
    )


def run(
    connection: Connection, pod: str, command: Sequence[str], namespace: str = "default"
) -> tuple[str, str, int]:
    """What a command in a pod printed on stdout and stderr, and its exit code. Raises LabError."""
    from kubernetes.client.exceptions import ApiException
    from kubernetes.stream import stream

    try:
        channel: Any = stream(
            connection.exec_api.connect_get_namespaced_pod_exec,
            pod,
            namespace,
            command=list(command),
            stdout=True,
            stderr=True,
            stdin=False,
            tty=False,
            _preload_content=False,
        )
        channel.run_forever(timeout=EXEC_SECONDS)
        out, err, end = (_text(channel.read_channel(number)) for number in (1, 2, 3))
        channel.close()
    except (ApiException, OSError) as error:
        raise LabError(
            "the command {command} could not run in {pod} of {cluster}: {why}",
            command=" ".join(command),
            pod=pod,
            cluster=connection.name,
            why=_why(error),
        ) from None
    told = say("{command} in {pod} of {cluster}", command=" ".join(command), pod=pod, cluster=connection.name)
    return out, err, _exit_code(end, told)


def _why(error: Exception) -> str:
    """What the server said. A refused handshake carries a Status, which the client hides in headers."""
    body = getattr(error.__context__, "resp_body", None)
    if body:
        with suppress(yaml.YAMLError, TypeError, KeyError):
            return str(yaml.safe_load(body)["message"])
    return str(getattr(error, "reason", "") or error).strip()


def _exit_code(end: str, what: str) -> int:
    """From the Status that ends an exec; nothing there means that it did not end. Raises LabError."""
    status = yaml.safe_load(end) if end else None
    if status is None:
        raise LabError(
            "expected {what} to end within {seconds:.0f} s, and it still runs",
            what=what,
            seconds=EXEC_SECONDS,
        )
    if status.get("status") == "Success":
        return 0
    for cause in (status.get("details") or {}).get("causes") or ():
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    why = status.get("message") or say("no reason given")
    raise LabError("{what} could not run: {why}", what=what, why=why)


def ask(
    connection: Connection, pod: str, url: str, n: int, namespace: str
) -> Iterator[tuple[str, str, bool, float]]:
    """``n`` requests with curl: the answer, the error, whether one came, and the seconds it took."""
    for module in ("kubernetes.stream", "kubernetes.client.api.core_v1_api"):
        importlib.import_module(module)  # it takes a second, which is not the first request's time
    run(connection, pod, ["true"], namespace)  # What is done but once is not the server's time.
    command = ["curl", "-sS", "--max-time", str(REQUEST_SECONDS), url]
    for _ in range(n):
        began = time.perf_counter()
        out, err, code = run(connection, pod, command, namespace)
        yield out.strip(), err.strip(), code == 0, time.perf_counter() - began


def owners(members: Mapping[str, Connection], namespace: str) -> dict[str, str]:
    """The cluster of every pod, by the pod's name."""
    return {
        pod["metadata"]["name"]: cluster
        for cluster, connection in members.items()
        for pod in connection.list("pods", namespace)
    }


def _text(said: str | bytes) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
