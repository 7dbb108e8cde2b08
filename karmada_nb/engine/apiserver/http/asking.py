"""Asks webhooks over HTTPS, in the ways and words of k8s.io/apiserver pkg/util/webhook."""

from __future__ import annotations

import asyncio
import base64
import binascii
import socket
import ssl
import uuid
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import orjson
from yarl import URL

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.chain import Reader
from karmada_nb.engine.apiserver.admission.webhooks.plugin import Call, Failed
from karmada_nb.engine.apiserver.admission.webhooks.review import Answer, BadAnswer, read_answer, review_of
from karmada_nb.engine.apiserver.crd.conversion import Conversion
from karmada_nb.engine.apiserver.verbs.asking import Answers, Question
from karmada_nb.engine.images.http import EmptyReply, Request, exchange
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network import tls
from karmada_nb.engine.network.network import Network

_SECONDS: Final = 10
_CONVERSION_SECONDS: Final = 30
_HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}
_OK: Final = range(200, 300)
_NOT_FOUND: Final = 404


class CallFailed(Exception):
    """The other side could not be asked, or gave no answer; the text is Go's."""


class Caller:
    """Calls what a ``clientConfig`` names: a URL, or a service of this cluster. Close it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._sessions: dict[str, aiohttp.ClientSession] = {}
        self.network: Network | None = None
        """Where the pods of this cluster are, if it has any."""

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def post(self, client: Object, body: Object, seconds: int) -> Object:
        """The JSON object that is answered. Raises CallFailed."""
        shown, real, server_name = self._place(client, seconds)
        bundle, sent = str(client.get("caBundle") or ""), orjson.dumps(body)
        headers = {**_HEADERS, "Host": urlsplit(shown).netloc}
        try:
            if server_name and self.network is not None and self.network.has(str(real.host)):
                asking = _post_inside(self.network, real, server_name, bundle, headers, sent)
                status, data = await asyncio.wait_for(asking, seconds)
            else:
                async with self._session(bundle).post(
                    real,
                    data=sent,
                    headers=headers,
                    timeout=aiohttp.ClientTimeout(total=seconds),
                    server_hostname=server_name,
                    allow_redirects=False,
                ) as response:
                    data, status = await response.read(), response.status
        except TimeoutError:
            raise CallFailed(f'Post "{shown}": context deadline exceeded') from None
        except (aiohttp.ClientError, OSError) as error:
            raise CallFailed(f'Post "{shown}": {said(error, real)}') from None
        if status not in _OK:
            raise CallFailed(_refused(status, data))
        try:
            answer = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise CallFailed(f"couldn't get version/kind; json parse error: {error}") from None
        if not isinstance(answer, dict):
            raise CallFailed("couldn't get version/kind; json parse error: it is no object")
        return answer

    def _place(self, client: Object, seconds: int) -> tuple[str, URL, str | None]:
        """The address as messages show it, the one to dial, and the name that the certificate must have."""
        url = client.get("url")
        if url:
            shown = f"{url}?timeout={seconds}s"
            return shown, URL(shown, encoded=True), None
        service = client.get("service") or {}
        name, namespace, port = (
            service.get("name", ""),
            service.get("namespace", ""),
            service.get("port") or 443,
        )
        host = f"{name}.{namespace}.svc"
        path = "/" + str(service.get("path") or "").lstrip("/")
        shown = f"https://{host}:{port}{path}?timeout={seconds}s"
        try:
            address, number = resolve(self._reader, namespace, name, port)
        except LookupError as error:
            raise CallFailed(f'Post "{shown}": {error.args[0]}') from None
        return shown, URL(shown, encoded=True).with_host(address).with_port(number), host

    def _session(self, bundle: str) -> aiohttp.ClientSession:
        found = self._sessions.get(bundle)
        if found is None:
            connector = aiohttp.TCPConnector(ssl=_context(bundle), limit=0)
            found = self._sessions[bundle] = aiohttp.ClientSession(connector=connector)
        return found


async def _post_inside(
    network: Network, url: URL, server_name: str, bundle: str, headers: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    """Ask a pod of this cluster: the status and the body of its answer. Raises OSError."""
    stream = await network.connect("", str(url.host), int(url.port or 443))
    try:
        secure = await tls.connect(stream, _context(bundle), server_name)
        answer = await exchange(secure, Request("POST", url.raw_path_qs, [*headers.items()], body))
        return answer.status, answer.body
    finally:
        stream.close()


class Asking:
    """``Outside`` of one API server. ``wanted`` tells whether there is any webhook to ask."""

    def __init__(self, caller: Caller, wanted: Callable[[], bool]) -> None:
        self._caller = caller
        self._wanted = wanted

    def needed(self) -> bool:
        return self._wanted()

    async def answer(self, questions: Sequence[Question], answers: Answers) -> None:
        """Raises StatusError where an object cannot be converted."""
        conversions = [question for question in questions if isinstance(question, Conversion)]
        calls = [question for question in questions if isinstance(question, Call)]
        await asyncio.gather(*(self._convert(question) for question in conversions))
        found = await asyncio.gather(*(self._ask(call) for call in calls))
        answers.known.update(zip((call.key for call in calls), found, strict=True))

    async def _convert(self, question: Conversion) -> None:
        client = question.converter.webhook.get("clientConfig") or {}
        uid = str(uuid.uuid4())
        try:
            review = await self._caller.post(client, question.review(uid), _CONVERSION_SECONDS)
        except CallFailed as error:
            raise question.failed(str(error)) from None
        question.converter.learn(question.key, question.read(review, uid))

    async def _ask(self, call: Call) -> Answer | Failed:
        webhook = call.webhook
        try:
            versions = list(webhook.get("admissionReviewVersions") or ())
            sent = review_of(call.request, str(uuid.uuid4()), versions)
        except BadAnswer as error:
            return Failed(f"could not create admission objects: {error}")
        try:
            seconds = webhook.get("timeoutSeconds") or _SECONDS
            review = await self._caller.post(webhook.get("clientConfig") or {}, sent, seconds)
        except CallFailed as error:
            return Failed(f"failed to call webhook: {error}")
        try:
            return read_answer(review, sent, mutating=call.mutating)
        except BadAnswer as error:
            return Failed(f"received invalid webhook response: {error}")


def resolve(reader: Reader, namespace: str, name: str, port: int | str) -> tuple[str, int]:
    """Where a service is, from outside of the cluster's network. Raises LookupError with Go's words."""
    service = reader.find("services", namespace, name)
    if service is None:
        raise LookupError(f'service "{name}" not found')
    spec = service.get("spec") or {}
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName", "")), int(port)
    wanted = next((p for p in spec.get("ports") or () if port in (p.get("port"), p.get("name"))), None)
    if wanted is None:
        raise LookupError(f'no service port {port} found for service "{name}"')
    for item in reader.items("endpointslices.discovery.k8s.io", namespace):
        if meta.labels(item).get("kubernetes.io/service-name") != name:
            continue
        number = next(
            (
                p.get("port")
                for p in item.get("ports") or ()
                if (p.get("name") or "") == (wanted.get("name") or "")
            ),
            None,
        )
        for endpoint in item.get("endpoints") or ():
            if number is not None and (endpoint.get("conditions") or {}).get("ready") is not False:
                return str(endpoint["addresses"][0]), int(number)
    raise LookupError(f'no endpoints available for service "{name}"')


def _context(bundle: str) -> ssl.SSLContext:
    """Trusts the bundle alone, or what the system trusts. Raises CallFailed for a bundle that is none."""
    if not bundle:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cadata=base64.b64decode(bundle, validate=True).decode("ascii"))
    except (binascii.Error, ValueError, ssl.SSLError):
        raise CallFailed("unable to load root certificates: unable to parse bytes as PEM block") from None


def _refused(status: int, data: bytes) -> str:
    if status == _NOT_FOUND:
        return "the server could not find the requested resource"
    text = data.decode("utf-8", "replace").strip()
    shown = f"({text!r})".replace("'", '"') if text else "on the server"
    if not text:
        return "an error on the server has prevented the request from succeeding"
    return f"an error on the server {shown} has prevented the request from succeeding"


def said(error: Exception, url: URL) -> str:
    """A failure to connect in the words of Go's net and crypto/tls."""
    place = f"{url.host}:{url.port}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        why = str(getattr(error, "certificate_error", error))
        if "Hostname mismatch" in why or "IP address mismatch" in why:
            return f"tls: failed to verify certificate: x509: certificate is not valid for {url.host}"
        if "expired" in why:
            return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
        return "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"dial tcp: lookup {url.host}: no such host"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, ConnectionRefusedError):
        return f"dial tcp {place}: connect: connection refused"
    if isinstance(cause, socket.gaierror):
        return f"dial tcp: lookup {url.host}: no such host"
    if isinstance(error, aiohttp.ServerDisconnectedError | EmptyReply):
        return "EOF"
    return f"dial tcp {place}: {str(cause).lower()}"
