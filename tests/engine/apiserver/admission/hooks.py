"""A webhook server on a real socket, for tests, and a cluster whose API server can ask it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from karmada_nb.engine import pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.runtime.clock import SystemClock

Decide = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Hooks:
    """A running webhook server. ``decide`` maps a path to what is answered to a request there."""

    url: str
    bundle: str
    decide: dict[str, Decide] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def client(self, path: str) -> dict[str, str]:
        return {"url": f"{self.url}{path}", "caBundle": self.bundle}


@asynccontextmanager
async def hooks(folder: Path) -> AsyncIterator[Hooks]:
    """Serve webhooks with a certificate of their own authority."""
    state = pki.State(folder, SystemClock().now())
    found = Hooks("", base64.b64encode(state.authority.certificate).decode())

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        review = await request.json()
        found.asked.append(review["request"])
        answer = {"uid": review["request"]["uid"], **found.decide[request.path](review["request"])}
        return web.json_response({**review, "request": None, "response": answer})

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=state.server_context("hooks"))
    await site.start()
    found.url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        await runner.cleanup()


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    """A cluster with its own controllers and no HTTP."""
    clock = SystemClock()
    state = pki.State(folder, clock.now())
    made = Cluster(Settings("test", "v1.36.2"), clock, Signer(state.signing_key), "")
    made.start()
    try:
        yield made
    finally:
        await made.stop()


def json_patch(*operations: dict[str, Any]) -> dict[str, Any]:
    """An answer that allows, with a patch."""
    patch = base64.b64encode(orjson.dumps(operations)).decode()
    return {"allowed": True, "patchType": "JSONPatch", "patch": patch}
