"""``services/proxy``, ``pods/proxy`` and ``nodes/proxy``: HTTP passed on to what runs in the cluster.

Follows k8s.io/apimachinery pkg/util/proxy (upgradeaware.go, transport.go).
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Final

import h11
import orjson
from aiohttp import web
from multidict import CIMultiDict

from karmada_nb.engine import errors, golang, meta
from karmada_nb.engine.apiserver.http import body
from karmada_nb.engine.apiserver.http.exchange import Exchange, page_not_found, text
from karmada_nb.engine.apiserver.http.streams import pods, rewriting
from karmada_nb.engine.network import tls
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.nodes.runtime import PodRuntime
from karmada_nb.engine.store import Store, StoreKey

_HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade",
     "transfer-encoding", "authorization", "host", "content-length"}
)  # fmt: skip
_SCHEMES: Final = ("http", "https")


class Proxies:
    """The handlers of one cluster."""

    def __init__(self, store: Store, runtime: PodRuntime) -> None:
        self._store = store
        self._runtime = runtime

    async def service(self, exchange: Exchange) -> web.StreamResponse:
        """``services/[scheme:]name[:port]/proxy``."""
        return await self._pass_on(exchange, service=True)

    async def pod(self, exchange: Exchange) -> web.StreamResponse:
        """``pods/[scheme:]name[:port]/proxy``."""
        return await self._pass_on(exchange, service=False)

    async def node(self, exchange: Exchange) -> web.StreamResponse:
        """A kubelet's own server: its health, and its pods."""
        name = _place(exchange.target.name)[1]
        if self._store.get(StoreKey("nodes", "", name)) is None:
            raise errors.not_found("", "nodes", name)
        match exchange.target.rest.strip("/"):
            case "healthz":
                return text("ok")
            case "pods" | "runningpods":
                pods_here = [
                    record.object
                    for record in self._store.items("pods")
                    if meta.dig(record.object, "spec", "nodeName") == name
                ]
                listing = {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": pods_here}
                return web.Response(body=orjson.dumps(listing), content_type="application/json")
        return page_not_found()

    async def _pass_on(self, exchange: Exchange, *, service: bool) -> web.StreamResponse:
        path = exchange.target.path
        scheme, name, port = _place(exchange.target.name)
        data = await body.read(exchange.request)
        try:
            stream = await self._dial(exchange.target.namespace, name, port, service=service)
            try:
                if not exchange.target.rest and not path.endswith("/"):
                    return web.Response(status=301, headers={"Location": f"{path}/"})
                if scheme == "https":
                    stream = await tls.connect(stream, _trusting(), None)
                return await _exchanged(exchange, stream, data)
            finally:
                stream.close()
        except (ConnectionError, TimeoutError, ssl.SSLError) as error:
            why = str(error) or type(error).__name__
            raise errors.service_unavailable(f"error trying to reach service: {why}") from None

    async def _dial(self, namespace: str, name: str, port: str, *, service: bool) -> Stream:
        if service:
            return await self._runtime.dial_service(namespace, name, port)
        pod = pods.find(self._store, namespace, name)
        pods.require_node(pod)
        if not port:
            found = [p["containerPort"] for c in pod["spec"]["containers"] for p in c.get("ports") or ()]
            port = str(found[0]) if found else "80"
        if not golang.is_number(port):
            raise errors.bad_request(f"invalid port {port!r} of pod {meta.name(pod)}")
        return await self._runtime.port_forward(namespace, name, int(port))


def _place(name: str) -> tuple[str, str, str]:
    """Scheme, name and port of ``[scheme:]name[:port]``."""
    parts = name.split(":")
    scheme = "http"
    if len(parts) == 3 or (len(parts) == 2 and parts[0] in _SCHEMES):
        scheme, *parts = parts
    return scheme, parts[0], parts[1] if len(parts) > 1 else ""


def _trusting() -> ssl.SSLContext:
    """Whatever certificate a pod has, it is taken: nobody vouches for those."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _exchanged(exchange: Exchange, stream: Stream, data: bytes) -> web.StreamResponse:
    request, target = exchange.request, exchange.target
    query = request.raw_path.partition("?")[2]
    path = f"/{target.rest}" + ("/" if target.rest and target.path.endswith("/") else "")
    connection = h11.Connection(h11.CLIENT)
    headers = [(k, v) for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP]
    place = f"{stream.peer[0]}:{stream.peer[1]}"
    prefix = target.path.rstrip("/").removesuffix(path.rstrip("/"))
    headers += [("Host", place), ("X-Forwarded-Uri", prefix + path)]
    if data:
        headers.append(("Content-Length", str(len(data))))
    head = h11.Request(method=request.method, target=f"{path}?{query}" if query else path, headers=headers)
    sent = connection.send(head) or b""
    sent += (connection.send(h11.Data(data=data)) or b"") if data else b""
    await stream.write(sent + (connection.send(h11.EndOfMessage()) or b""))
    response: web.StreamResponse | None = None
    page: list[bytes] | None = None
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            raise ConnectionError(str(error)) from None
        if event is h11.NEED_DATA:
            received = await stream.read()
            if not received and response is None:
                raise ConnectionError("EOF")
            connection.receive_data(received)
        elif isinstance(event, h11.Response):
            page = [] if _is_page(event) else None
            response = await _answered(exchange, event, lambda link: rewriting.url(link, prefix, (place,)))
        elif isinstance(event, h11.Data) and page is not None:
            page.append(bytes(event.data))
        elif isinstance(event, h11.Data) and response is not None:
            await response.write(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            break
    if response is None:
        raise ConnectionError("EOF")
    if page:
        whole = b"".join(page).decode(errors="surrogateescape")
        await response.write(rewriting.page(whole, prefix, (place,)).encode(errors="surrogateescape"))
    return response


def _is_page(head: h11.Response) -> bool:
    """Whether there may be links in it that are to be led through the proxy."""
    headers = dict(head.headers)
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip()
    return kind == b"text/html" and b"content-encoding" not in headers


async def _answered(exchange: Exchange, head: h11.Response, link: Callable[[str], str]) -> web.StreamResponse:
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in head.headers.raw_items():
        key = name.decode("latin-1")
        if key.lower() == "content-length" or key.lower() not in _HOP_BY_HOP:
            headers.add(key, value.decode("latin-1"))
    if "Location" in headers:
        headers["Location"] = link(headers["Location"])
    if _is_page(head):
        headers.popall("Content-Length", None)
    response = web.StreamResponse(status=head.status_code, headers=headers)
    if "Content-Length" not in headers and head.status_code not in (204, 304):
        response.enable_chunked_encoding()
    await response.prepare(exchange.request)
    return response
