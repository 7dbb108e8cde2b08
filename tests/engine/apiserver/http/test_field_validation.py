"""What is said twice, or of another kind, in bodies of patches and deletions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.engine.apiserver.http.serving import serving

MAPS = "/api/v1/namespaces/default/configmaps"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
TWICE = '{"data":{"x":"2","x":"3"}}'
SCHEME = 'in scheme "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27"'


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    async with serving(tmp_path / "pki") as running, running.session() as found:
        body = {"metadata": {"name": "a"}, "data": {"x": "1"}}
        async with found.post(MAPS, json=body) as made:
            assert made.status == 201
        yield found


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (MERGE, TWICE, ['duplicate field "data.x"']),
        ("application/strategic-merge-patch+json", TWICE, ['duplicate field "data.x"']),
        (
            JSON_PATCH,
            '[{"op":"add","op":"replace","path":"/data/x","value":"9","zzz":1}]',
            ['json patch duplicate field "[0].op"', 'json patch unknown field "[0].zzz"'],
        ),
        (
            APPLY,
            'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: "1"\n  k: "2"\n',
            ['line 6: key "k" already set in map'],
        ),
    ],
)
async def test_a_patch_that_says_a_field_twice(
    session: aiohttp.ClientSession, kind: str, text: str, told: list[str]
) -> None:
    path = (
        f"{MAPS}/a?fieldManager=m&force=true&fieldValidation="
        if kind == APPLY
        else f"{MAPS}/a?fieldValidation="
    )
    headers = {"Content-Type": kind}
    async with session.patch(path + "Strict", data=text, headers=headers) as answer:
        said = (await answer.json())["message"]
        if kind == APPLY:
            head = "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  "
            assert (answer.status, said) == (400, head + told[0])
        else:
            assert answer.status == 422
            assert said.endswith(": strict decoding error: " + ", ".join(told))
    async with session.patch(path + "Warn", data=text, headers=headers) as answer:
        assert answer.status == 200
        warned = answer.headers.getall("Warning")
    assert warned == ["299 - " + json.dumps(line) for line in told]
    async with session.patch(path + "Ignore", data=text, headers=headers) as answer:
        assert (answer.status, "Warning" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"kind": "ConfigMap", "apiVersion": "v1"},
            f'no kind "ConfigMap" is registered for version "v1" {SCHEME}',
        ),
        ({"kind": "Pod"}, f'no kind "Pod" is registered for version "meta.k8s.io/v1" {SCHEME}'),
        (
            {"kind": "Status", "apiVersion": "v1"},
            "converting (v1.Status) to (v1.DeleteOptions): unknown conversion",
        ),
    ],
)
async def test_a_deletion_whose_body_is_no_options(
    session: aiohttp.ClientSession, said: dict[str, str], message: str
) -> None:
    for path in (f"{MAPS}/a", MAPS):
        async with session.delete(path, json=said) as answer:
            assert (answer.status, (await answer.json())["message"]) == (400, message)
