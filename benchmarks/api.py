"""A small client of one API server, made from a kubeconfig: only what measuring needs."""

import base64
import json
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiohttp
import yaml


def _material(said: dict[str, Any], name: str) -> bytes | None:
    if f"{name}-data" in said:
        return base64.b64decode(said[f"{name}-data"])
    return Path(said[name]).read_bytes() if name in said else None


class Api:
    """Requests to the server of a kubeconfig's current context. Close it."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        context = next(c for c in config["contexts"] if c["name"] == config["current-context"])["context"]
        cluster = next(c for c in config["clusters"] if c["name"] == context["cluster"])["cluster"]
        user = next(u for u in config["users"] if u["name"] == context["user"])["user"]
        self.server: str = cluster["server"].rstrip("/")
        tls = ssl.create_default_context()
        authority = _material(cluster, "certificate-authority")
        if authority is not None:
            tls.load_verify_locations(cadata=authority.decode())
        certificate, key = _material(user, "client-certificate"), _material(user, "client-key")
        if certificate and key:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "c").write_bytes(certificate)
                (Path(folder) / "k").write_bytes(key)
                tls.load_cert_chain(Path(folder) / "c", Path(folder) / "k")
        headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls, limit=0), headers=headers, read_bufsize=1 << 22
        )

    async def request(self, method: str, path: str, body: Any = None, kind: str = "application/json") -> Any:
        """The parsed answer. Raises RuntimeError for anything but success."""
        data = None if body is None else json.dumps(body)
        async with self._session.request(
            method, self.server + path, data=data, headers={"Content-Type": kind}
        ) as response:
            answer = await response.json(content_type=None)
            if response.status >= 400:
                raise RuntimeError(f"{method} {path}: {response.status} {answer.get('message', answer)}")
            return answer

    def opened(self, path: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """An answer that may go on for ever, to be used as a context."""
        return self._session.get(self.server + path, timeout=aiohttp.ClientTimeout(total=None))

    async def watch(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Events of a watch, from now on."""
        async with self.opened(path) as response:
            async for line in response.content:
                yield json.loads(line)

    async def close(self) -> None:
        await self._session.close()
