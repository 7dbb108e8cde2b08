"""A cluster behind real sockets that tests throw anything at, and what it must never answer."""

import asyncio
import gzip
import http.client
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from karmada_nb.engine import pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.runtime.clock import SystemClock

SECONDS = 2.0
"""No answer may take longer, on a processor that has nothing else to do."""
UPSTREAM_5XX = {504: "Timeout", 501: "NotImplemented", 503: "ServiceUnavailable"}
"""Server errors that a real API server answers to requests of clients, and their reasons."""
DATA = Path(__file__).parents[2] / "data" / "conformance"
WIDGETS = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.fuzz.example"},
    "spec": {
        "group": "fuzz.example",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {
                                    "size": {"type": "integer", "minimum": 1},
                                    "parts": {"type": "array", "items": {"type": "string"}},
                                    "port": {"x-kubernetes-int-or-string": True},
                                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                                },
                            },
                            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                        },
                    }
                },
            }
        ],
    },
}


@dataclass(frozen=True)
class Answer:
    code: int
    body: bytes
    seconds: float

    @property
    def status(self) -> Any:
        return orjson.loads(self.body)


class Target:
    """One client connection to the cluster; ``request`` checks what must hold of every answer."""

    def __init__(self, port: int, tls: ssl.SSLContext) -> None:
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, context=tls, timeout=SECONDS * 5)

    def request(self, method: str, path: str, body: bytes | None = None, media: str = "") -> Answer:
        headers = {"Content-Type": media} if media else {}
        began = time.process_time()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            data = response.read()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            raise
        answer = Answer(response.status, data, time.process_time() - began)
        shown = f"{method} {path[:300]} {media} {(body or b'')[:300]!r} -> {answer.code} {data[:500]!r}"
        assert answer.seconds < SECONDS, f"{answer.seconds:.1f} s: {shown}"
        if answer.code >= 500:
            assert answer.status.get("reason") == UPSTREAM_5XX.get(answer.code), shown
        assert b"Traceback" not in data, shown
        return answer


@contextmanager
def running(folder: Path) -> Iterator[Target]:
    """A whole cluster in a thread of its own, with a custom resource and the namespace ``fuzz``."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()
    ports: list[int] = []
    state = pki.State(folder, SystemClock().now())

    async def serve() -> None:
        bundle = state.authority.certificate.decode()
        cluster = Cluster(Settings("fuzz", "v1.36.2"), SystemClock(), Signer(state.signing_key), bundle)
        cluster.start()
        ports.append(await cluster.listen(state.server_context("fuzz")))
        ready.set()
        await stop.wait()
        await cluster.stop()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    state.client("admin", "admin", ["system:masters"])
    tls = ssl.create_default_context(cadata=state.authority.certificate.decode())
    tls.load_cert_chain(folder / "admin.crt", folder / "admin.key")
    target = Target(ports[0], tls)
    crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    assert target.request("POST", crds, orjson.dumps(WIDGETS), "application/json").code == 201
    space = {"metadata": {"name": "fuzz"}}
    assert target.request("POST", "/api/v1/namespaces", orjson.dumps(space), "application/json").code == 201
    try:
        yield target
    finally:
        target._connection.close()
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def samples() -> list[tuple[str, dict[str, Any]]]:
    """Objects that were posted to a real API server and taken, with the paths they were posted to."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for path in sorted(DATA.glob("*.json.gz")):
        text = gzip.decompress(path.read_bytes()).decode().replace("${ns}", "fuzz")
        for step in orjson.loads(text)["steps"]:
            where = step.get("POST", "").partition("?")[0]
            body = step.get("body")
            if isinstance(body, dict) and "metadata" in body and re.fullmatch(r"/apis?/[\w./-]+", where):
                found.setdefault(where, (where, body))
    widget = {
        "apiVersion": "fuzz.example/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "labels": {"a": "b"}},
        "spec": {"size": 3, "parts": ["x"], "port": 80, "free": {"a": [1, {"b": None}]}},
        "status": {"x": 1},
    }
    return [*found.values(), ("/apis/fuzz.example/v1/namespaces/fuzz/widgets", widget)]
