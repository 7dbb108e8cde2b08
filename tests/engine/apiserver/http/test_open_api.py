"""OpenAPI as kubectl reads it from a running server."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.engine.apiserver.http.serving import Serving, serving

DATA = Path(__file__).parents[3] / "data/conformance/kubectl-discovery.json.gz"
KUBECTL = os.environ.get("KUBECTL") or shutil.which("kubectl", path=Path(sys.executable).parent) or ""


async def kubectl(server: Serving, folder: Path, *arguments: str) -> tuple[int | None, str, str]:
    config = server.kubeconfig(folder / "kubeconfig")
    process = await asyncio.create_subprocess_exec(
        KUBECTL,
        f"--kubeconfig={config}",
        f"--cache-dir={folder / 'cache'}",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def shape(lines: list[str]) -> list[str]:
    """What an explanation says beside its sentences: the head, and the fields with their types and enums."""
    kept = [" ".join(line.split()) for line in lines if line.strip() and not line.startswith("    ")]
    return [line for line in kept if line != "<empty>"]


def explained() -> list[Any]:
    steps = orjson.loads(gzip.decompress(DATA.read_bytes()))["steps"]
    wanted = [step for step in steps if step.get("kubectl", "").startswith("explain ")]
    return [pytest.param(step, id=step["kubectl"]) for step in wanted]


@pytest.mark.skipif(not KUBECTL, reason="needs kubectl")
@pytest.mark.parametrize("step", explained())
async def test_explain_tells_the_recorded_fields(step: dict[str, Any], tmp_path: Path) -> None:
    async with serving(tmp_path / "state") as server:
        code, out, err = await kubectl(server, tmp_path, *step["kubectl"].split())
    result = step["result"]
    assert code == result["exit"]
    assert err.splitlines() == result["stderr"]
    assert shape(out.splitlines()) == shape(result["stdout"])


@pytest.mark.skipif(not KUBECTL, reason="needs kubectl")
async def test_the_second_version_is_read_too(tmp_path: Path) -> None:
    async with serving(tmp_path / "state") as server:
        arguments = ("explain", "deployment.spec.strategy.type", "--output=plaintext-openapiv2")
        code, out, err = await kubectl(server, tmp_path, *arguments)
    assert (code, err) == (0, "")
    assert "type <string>" in out


async def test_a_document_asked_for_by_its_hash_may_be_kept(tmp_path: Path) -> None:
    async with serving(tmp_path / "state") as server, server.session() as session:
        paths = orjson.loads(await (await session.get("/openapi/v3")).read())["paths"]
        url = paths["apis/apps/v1"]["serverRelativeURL"]
        kept = await session.get(url)
        assert "immutable" in kept.headers["Cache-Control"]
        moved = await session.get("/openapi/v3/apis/apps/v1?hash=OLD", allow_redirects=False)
        assert (moved.status, moved.headers["Location"]) == (301, url)
        plain = await session.get("/openapi/v3/apis/apps/v1")
        assert "Cache-Control" not in plain.headers
        assert (await session.get("/openapi/v3/apis/none/v1")).status == 404
