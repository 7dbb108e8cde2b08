"""``Client`` over HTTPS: any API server that a kubeconfig leads to."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode

import aiohttp
import orjson
from yarl import URL

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import (
    APPLY_PATCH,
    MERGE_PATCH,
    ObjectList,
    Resource,
    Unreachable,
    WatchEvent,
)
from karmada_nb.engine.runtime.endpoint import Endpoint

PAGE: Final = 500
_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=5)
_WATCH_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=None)
WATCH_SECONDS: Final = 600


class RemoteClient:
    """One API server, as one user. ``manager`` is the field manager of what it writes. Close it."""

    def __init__(self, endpoint: Endpoint, manager: str = "karmada-nb") -> None:
        headers: list[tuple[str, str]] = [("User-Agent", manager), ("Accept", "application/json")]
        headers += list(endpoint.headers.items())
        if endpoint.token:
            headers.append(("Authorization", f"Bearer {endpoint.token}"))
        if endpoint.user:
            headers.append(("Impersonate-User", endpoint.user))
            headers += [("Impersonate-Group", group) for group in endpoint.groups]
        self._manager = manager
        self._base = endpoint.url
        self._proxy = endpoint.proxy or None
        self._headers = headers
        self._tls: ssl.SSLContext | bool = endpoint.tls if endpoint.tls is not None else False
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, resource: Resource, name: str, namespace: str = "") -> Object:
        return await self._ask("GET", path_of(resource, namespace, name))

    async def list(
        self, resource: Resource, namespace: str = "", label_selector: str = "", field_selector: str = ""
    ) -> ObjectList:
        """All pages. A continue token that ran out begins the list anew, in one piece."""
        query: dict[str, Any] = {"limit": PAGE}
        if label_selector:
            query["labelSelector"] = label_selector
        if field_selector:
            query["fieldSelector"] = field_selector
        path = path_of(resource, namespace)
        items: list[Object] = []
        while True:
            try:
                page = await self._ask("GET", path, query)
            except StatusError as error:
                if error.code != 410 or "continue" not in query:
                    raise
                items, query = [], {k: v for k, v in query.items() if k not in ("limit", "continue")}
                continue
            kind = str(page.get("kind", "")).removesuffix("List")
            typed = {"kind": kind, "apiVersion": page.get("apiVersion", "")}
            items += [item if "kind" in item else {**typed, **item} for item in page.get("items") or ()]
            metadata = page.get("metadata") or {}
            if not metadata.get("continue"):
                return ObjectList(items, str(metadata.get("resourceVersion", "")))
            query = {**query, "continue": metadata["continue"]}

    async def watch(
        self, resource: Resource, namespace: str = "", revision: str = "", label_selector: str = ""
    ) -> AsyncIterator[WatchEvent]:
        query = {"watch": "true", "allowWatchBookmarks": "true", "timeoutSeconds": WATCH_SECONDS}
        if revision:
            query["resourceVersion"] = revision
        if label_selector:
            query["labelSelector"] = label_selector
        async with self._request(
            "GET", path_of(resource, namespace), query, timeout=_WATCH_TIMEOUT
        ) as answer:
            async for line in _lines(answer):
                event = orjson.loads(line)
                if event["type"] == "ERROR":
                    raise _error(event["object"].get("code", 500), event["object"])
                yield WatchEvent(event["type"], event["object"])

    async def create(
        self, resource: Resource, obj: Mapping[str, Any], namespace: str = "", subresource: str = ""
    ) -> Object:
        metadata = obj.get("metadata") or {}
        place = namespace or metadata.get("namespace", "")
        path = path_of(resource, place, metadata.get("name", "") if subresource else "", subresource)
        return await self._ask("POST", path, self._writing(), orjson.dumps(obj))

    async def update(self, resource: Resource, obj: Mapping[str, Any], subresource: str = "") -> Object:
        metadata = obj["metadata"]
        path = path_of(resource, metadata.get("namespace", ""), metadata["name"], subresource)
        return await self._ask("PUT", path, self._writing(), orjson.dumps(obj))

    async def patch(
        self,
        resource: Resource,
        name: str,
        patch: Any,
        kind: str = MERGE_PATCH,
        namespace: str = "",
        subresource: str = "",
    ) -> Object:
        query = self._writing()
        if kind == APPLY_PATCH:
            query["force"] = "true"
        path = path_of(resource, namespace, name, subresource)
        return await self._ask("PATCH", path, query, orjson.dumps(patch), kind)

    async def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str = "",
        propagation: str = "",
        grace_seconds: int | None = None,
    ) -> None:
        options: Object = {"kind": "DeleteOptions", "apiVersion": "v1"}
        if uid:
            options["preconditions"] = {"uid": uid}
        if propagation:
            options["propagationPolicy"] = propagation
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        await self._ask("DELETE", path_of(resource, namespace, name), None, orjson.dumps(options))

    async def raw(self, path: str, method: str = "GET", body: Any = None) -> Object:
        """Any path that answers with JSON: ``/version``, ``/api/v1`` …"""
        return await self._ask(method, path, None, None if body is None else orjson.dumps(body))

    async def probe(self, path: str) -> int:
        """The code with which a path answers, whatever it says. Raises Unreachable."""
        try:
            async with self._request("GET", path) as answer:
                return answer.status
        except StatusError as error:
            return error.code

    def _writing(self) -> dict[str, Any]:
        return {"fieldManager": self._manager}

    async def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        media: str = "application/json",
    ) -> Object:
        async with self._request(method, path, query, body, media) as answer:
            try:
                found: Object = orjson.loads(await answer.read())
            except (aiohttp.ClientError, TimeoutError) as error:
                raise Unreachable(f"{method} {self._base}{path}: {_said(error)}") from None
            except orjson.JSONDecodeError:
                raise StatusError(500, "", f"{method} {path}: expected JSON in the answer") from None
            return found

    @asynccontextmanager
    async def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        media: str = "application/json",
        timeout: aiohttp.ClientTimeout = _TIMEOUT,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._tls, limit=0)
            self._session = aiohttp.ClientSession(connector=connector, headers=self._headers)
        url = URL(self._base + path + (f"?{urlencode(query)}" if query else ""), encoded=True)
        headers = {"Content-Type": media} if body is not None else None
        try:
            answer = await self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, proxy=self._proxy
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"{method} {self._base}{path}: {_said(error)}") from None
        async with answer:
            if answer.status >= 400:
                raise await _refusal(answer)
            yield answer


def path_of(resource: Resource, namespace: str = "", name: str = "", subresource: str = "") -> str:
    """The path of a collection, an object or a subresource."""
    group, version, plural = resource
    parts = ["/apis", group, version] if group else ["/api", version]
    if namespace:
        parts += ["namespaces", quote(namespace, safe="")]
    parts.append(plural)
    if name:
        parts.append(quote(name, safe=""))
    if subresource:
        parts.append(subresource)
    return "/".join(parts)


async def _lines(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The lines of an answer of any length. Raises Unreachable when the connection breaks."""
    rest = b""
    try:
        async for chunk in answer.content.iter_any():
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                if line:
                    yield line
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unreachable(f"{answer.url}: {_said(error)}") from None


async def _refusal(answer: aiohttp.ClientResponse) -> StatusError:
    data = await answer.read()
    try:
        status = orjson.loads(data)
    except orjson.JSONDecodeError:
        status = {"message": data.decode("utf-8", "replace").strip() or answer.reason}
    return _error(answer.status, status if isinstance(status, dict) else {})


def _error(code: int, status: Mapping[str, Any]) -> StatusError:
    reason = status.get("reason") or _REASONS.get(code, "")
    return StatusError(code, reason, str(status.get("message", "")), status.get("details"))


_REASONS: Final = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Gone",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
