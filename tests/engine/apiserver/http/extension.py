"""An extension API server on a real socket: it believes only who shows the front proxy's certificate."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from karmada_nb.engine import pki
from karmada_nb.engine.runtime.clock import SystemClock

GROUP, VERSION, PLURAL = "fruit.example.com", "v1alpha1", "apples"
NAME = "ext.demo.svc"
_ROOT = f"/apis/{GROUP}/{VERSION}"
RESOURCES = [
    {
        "name": PLURAL, "singularName": "apple", "namespaced": True, "kind": "Apple",
        "verbs": ["get", "list", "deletecollection"], "shortNames": ["ap"],
    },
    {"name": f"{PLURAL}/peel", "singularName": "", "namespaced": True, "kind": "Peel", "verbs": ["get"]},
]  # fmt: skip
DEFINITION = "com.example.fruit.v1alpha1.Apple"


@dataclass
class Extension:
    """A running server. ``heard`` are the requests it answered; ``apples`` are in the namespace demo."""

    port: int
    bundle: bytes
    heard: list[tuple[str, str, CIMultiDict[str]]] = field(default_factory=list)
    apples: list[str] = field(default_factory=lambda: ["boskop"])
    status: int = 200

    def documents(self, path: str) -> Any:
        if path == _ROOT:
            return {"kind": "APIResourceList", "groupVersion": f"{GROUP}/{VERSION}", "resources": RESOURCES}
        if path == "/openapi/v2":
            operation = {"responses": {"200": {"schema": {"$ref": f"#/definitions/{DEFINITION}"}}}}
            return {
                "paths": {f"{_ROOT}/{PLURAL}": {"get": operation}, "/version": {"get": {}}},
                "definitions": {DEFINITION: {"type": "object"}, "unused": {"type": "object"}},
            }
        if path == "/openapi/v3":
            return {"paths": {_ROOT[1:]: {"serverRelativeURL": f"/openapi/v3{_ROOT}?hash=A"}}}
        return {"openapi": "3.0.0", "paths": {}} if path == f"/openapi/v3{_ROOT}" else None

    def answer(self, request: web.BaseRequest) -> web.Response:
        self.heard.append((request.method, request.path, request.headers.copy()))
        if self.status != 200:
            return web.json_response({}, status=self.status)
        if request.path.startswith(f"{_ROOT}/") and request.path.endswith(PLURAL):
            if request.method == "DELETE":
                self.apples.clear()
            mine = [{"metadata": {"name": name, "namespace": "demo"}} for name in self.apples]
            items = mine if "/namespaces/" not in request.path or "/demo/" in request.path else []
            return web.json_response(
                {"kind": "AppleList", "apiVersion": f"{GROUP}/{VERSION}", "items": items}
            )
        found = self.documents(request.path)
        return web.json_response(found or {}, status=200 if found else 404)


@asynccontextmanager
async def extension(folder: Path, front_proxy: pki.FrontProxy) -> AsyncIterator[Extension]:
    """Serves with a certificate of its own authority, and lets in whom the front proxy's has signed."""
    state = pki.State(folder, SystemClock().now())
    state.server("ext", [NAME])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ext.crt", folder / "ext.key")
    context.load_verify_locations(cadata=front_proxy.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    made = Extension(0, state.authority.certificate)

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return made.answer(request)

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        await runner.cleanup()
