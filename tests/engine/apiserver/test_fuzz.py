"""Anything at all over HTTP: the server answers it, quickly, and in words that a real one would use.

``KARMADA_NB_FUZZ`` multiplies the number of examples (1: about half a minute).
"""

import logging
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
import psutil
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.apiserver import fuzzed
from tests.engine.apiserver.fuzzed import Target

pytestmark = pytest.mark.slow

SCALE = float(os.environ.get("KARMADA_NB_FUZZ", "1"))
MEGABYTES = 250
JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
PATCHES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
CONFIG_MAPS = "/api/v1/namespaces/fuzz/configmaps"
WIDGETS = "/apis/fuzz.example/v1/namespaces/fuzz/widgets"
SAMPLES = fuzzed.samples()


def examples(count: int) -> settings:
    return settings(
        max_examples=max(1, int(count * SCALE)),
        deadline=None,
        database=None,
        derandomize=SCALE == 1,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The cluster; when all is over, its log must be clean and its memory bounded."""
    found: list[str] = []

    class Watcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.WARNING and record.name.startswith("karmada_nb"):
                found.append(self.format(record))

    watcher = Watcher()
    logging.getLogger().addHandler(watcher)
    with fuzzed.running(tmp_path_factory.mktemp("pki")) as made:
        before = psutil.Process().memory_info().rss
        yield made
        grown = (psutil.Process().memory_info().rss - before) >> 20
    logging.getLogger().removeHandler(watcher)
    assert not found, "\n".join(found[:3])
    assert grown < MEGABYTES * max(1, SCALE)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["", "0", "-1", "1Gi", "a/b", "..", "*", "\x00", "é", "2026-01-01T00:00:00Z", "x" * 300]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=8), below, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    [
        "api",
        "apis",
        "v1",
        "apps",
        "namespaces",
        "fuzz",
        "default",
        "pods",
        "deployments",
        "configmaps",
        "widgets",
        "fuzz.example",
        "status",
        "scale",
        "log",
        "exec",
        "proxy",
        "watch",
        "healthz",
        "livez",
        "readyz",
        "ping",
        "version",
        "openapi",
        "v2",
        "v3",
        "metrics",
        ".well-known",
        "openid",
        "jwks",
        "token",
        "eviction",
        "binding",
        "finalize",
        "x",
        "..",
        ".",
        "",
    ]
) | st.text(max_size=10)
PARAMETERS = st.dictionaries(
    st.sampled_from(
        [
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "labelSelector",
            "fieldSelector",
            "timeoutSeconds",
            "allowWatchBookmarks",
            "sendInitialEvents",
            "pretty",
            "dryRun",
            "fieldManager",
            "fieldValidation",
            "force",
            "propagationPolicy",
            "gracePeriodSeconds",
            "includeObject",
            "verbose",
            "exclude",
            "x",
        ]
    )
    | st.text(max_size=5),
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "-1",
            "true",
            "false",
            "Exact",
            "NotOlderThan",
            "All",
            "Strict",
            "Warn",
            "a=b",
            "a in (b,c)",
            "a in (",
            "!a",
            "metadata.name=x",
            "spec.x==y",
            "status.phase!=Running",
            "99999999999999999999",
            "1.5",
            "Table",
            "Object",
            "None",
            "Foreground",
            "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0",
        ]
    )
    | st.text(max_size=12),
    max_size=4,
)


def query(parameters: dict[str, str]) -> str:
    encoded = "&".join(
        f"{quote(k, safe='')}={quote(v, safe='', errors='surrogatepass')}" for k, v in parameters.items()
    )
    return f"?{encoded}" if encoded else ""


def encoded(value: Any) -> bytes:
    """JSON with whole numbers of any length, which orjson does not write."""
    import json

    return json.dumps(value).encode()


@examples(250)
@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"]),
    st.lists(WORDS, max_size=7),
    PARAMETERS,
)
def test_any_method_path_and_query(
    target: Target, method: str, words: list[str], parameters: dict[str, str]
) -> None:
    path = "/" + "/".join(quote(word, safe="", errors="surrogatepass") for word in words)
    target.request(method, path + query(parameters), b"{}" if method in ("POST", "PUT") else None)


@examples(150)
@given(st.sampled_from([where for where, _ in SAMPLES]), PARAMETERS, st.booleans())
def test_any_parameters_of_a_list(
    target: Target, where: str, parameters: dict[str, str], table: bool
) -> None:
    target.request("GET", where + query(parameters))
    target.request("DELETE", where + query({**parameters, "dryRun": "All"}))


@examples(200)
@given(
    st.sampled_from(
        [CONFIG_MAPS, WIDGETS, "/api/v1/namespaces/fuzz/pods", "/apis/apps/v1/namespaces/fuzz/deployments"]
    ),
    st.sampled_from([JSON, YAML, PROTOBUF, "text/plain", ""]),
    st.binary(max_size=200) | VALUES.map(encoded),
)
def test_any_body(target: Target, where: str, media: str, body: bytes) -> None:
    target.request("POST", where, body, media)
    target.request("PUT", where + "/x", body, media)
    target.request("DELETE", where + "/x", body, media)


@examples(150)
@given(st.text(max_size=200))
def test_any_yaml(target: Target, text: str) -> None:
    target.request("POST", CONFIG_MAPS, text.encode(errors="replace"), YAML)
    target.request("PATCH", WIDGETS + "/x?fieldManager=f", text.encode(errors="replace"), PATCHES["apply"])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all fields of an object, but for what names it."""
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        yield from places(item, (*path, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {k: changed(v, path[1:], new) if k == path[0] else v for k, v in value.items()}
    return [changed(v, path[1:], new) if i == path[0] else v for i, v in enumerate(value)]


MUTANTS = st.sampled_from(SAMPLES).flatmap(
    lambda sample: st.tuples(
        st.just(sample[0]),
        st.builds(changed, st.just(sample[1]), st.sampled_from([*places(sample[1])][1:]), VALUES),
    )
)


@examples(400)
@given(MUTANTS, st.sampled_from([JSON, YAML]), st.sampled_from(["", "?dryRun=All&fieldValidation=Strict"]))
def test_a_valid_object_with_one_field_of_anything(
    target: Target, mutant: tuple[str, Any], media: str, more: str
) -> None:
    where, obj = mutant
    body = encoded(obj)
    answer = target.request("POST", where + more, body, media)
    made = answer.status.get("metadata") or {} if answer.code == 201 else {}
    if "uid" in made and not more:
        at = f"{where}/{quote(made['name'], safe='')}"
        target.request("GET", at)
        target.request("PATCH", at, b'{"metadata":{"labels":{"a":"b"}}}', PATCHES["merge"])
        target.request("DELETE", at + "?gracePeriodSeconds=0")


@examples(200)
@given(
    st.sampled_from(list(PATCHES)),
    VALUES
    | st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "x"]) | SCALARS,
                "path": st.sampled_from(
                    ["", "/", "/spec", "/spec/size", "/spec/parts/-", "/spec/parts/9", "/data/~2"]
                )
                | SCALARS,
                "from": st.sampled_from(["/spec", "/metadata/name", ""]) | SCALARS,
                "value": VALUES,
            },
        ),
        max_size=3,
    )
    | st.dictionaries(
        st.sampled_from(["metadata", "spec", "data", "$patch", "$retainKeys", "$setElementOrder/x"]), VALUES
    ),
    st.sampled_from(["", "/status", "/scale"]),
)
def test_any_patch(target: Target, kind: str, change: Any, part: str) -> None:
    more = "?fieldManager=f" if kind == "apply" else ""
    for where, obj in ((CONFIG_MAPS, {"metadata": {"name": "p"}, "data": {"a": "b"}}), SAMPLES[-1]):
        target.request("POST", where, orjson.dumps(obj), JSON)
        target.request(
            "PATCH", f"{where}/{obj['metadata']['name']}{part}{more}", encoded(change), PATCHES[kind]
        )


def laughs(levels: int) -> bytes:
    """YAML whose aliases stand for ``9 ** levels`` words."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


DEEP = 100_000
HOSTILE = {
    "deep lists": (
        b'{"metadata":{"name":"d"},"spec":{"free":{"a":' + b"[" * DEEP + b"]" * DEEP + b"}}}",
        JSON,
    ),
    "open lists": (b"[" * DEEP, JSON),
    "deep objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, JSON),
    "deeper than JSON goes": (
        b'{"metadata":{"name":"d"},"spec":{"free":' + b'{"a":' * 300 + b"1" + b"}" * 302,
        JSON,
    ),
    "deep YAML lists": (b"a: " + b"[" * DEEP + b"]" * DEEP, YAML),
    "deep YAML maps": (b"{a: " * DEEP + b"1" + b"}" * DEEP, YAML),
    "YAML by indents": (b"\n".join(b" " * n + b"a:" for n in range(2000)), YAML),
    "billion laughs": (laughs(10), YAML),
    "YAML in itself": (b"&a [*a]", YAML),
    "a YAML object in itself": (b"metadata: &a {name: d, labels: *a}", YAML),
    "a huge number": (b'{"metadata":{"name":"d"},"spec":{"size":' + b"9" * 100_000 + b"}}", JSON),
    "a huge number in YAML": (b"metadata: {name: d}\nspec: {free: {n: " + b"9" * 100_000 + b"}}", YAML),
    "a number past 64 bits in YAML": (b"metadata: {name: d}\nspec: {free: {n: 99999999999999999999}}", YAML),
    "no number in YAML": (b"metadata: {name: d}\nspec: {free: {n: .nan, m: .inf}}", YAML),
    "half a character in YAML": (b'metadata: {name: d}\nspec: {free: {n: "\\ud800"}}', YAML),
    "half a character": (b'{"metadata":{"name":"d"},"spec":{"free":{"n":"\\ud800"}}}', JSON),
    "invalid UTF-8": (b'{"metadata":{"name":"\xff\xfe"}}', JSON),
    "invalid UTF-8 in YAML": (b"metadata: {name: \xff\xfe}", YAML),
    "two YAML documents": (b"a: 1\n---\nb: 2\n", YAML),
    "a YAML key that is a list": (b"? [a]\n: 1\n", YAML),
    "a Python object in YAML": (b"!!python/object/apply:os.system [exit]", YAML),
    "binary in YAML": (b"metadata: {name: d}\nspec: {free: {n: !!binary aGk=, s: !!set {a}}}", YAML),
    "three megabytes of one text": (b'{"metadata":{"name":"d"},"data":{"a":"' + b"x" * 3_100_000, JSON),
    "three megabytes of commas": (b"[" + b"1," * 1_550_000, JSON),
    "three megabytes of YAML": (b"a: [" + b"1," * 1_550_000, YAML),
    "four megabytes": (b" " * 4_000_000, JSON),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_are_refused_quickly(target: Target, name: str) -> None:
    body, media = HOSTILE[name]
    answer = target.request("POST", WIDGETS, body, media)
    assert answer.code in (201, 400, 413, 422), answer.body[:300]
    target.request("DELETE", WIDGETS + "/d")
    target.request("POST", CONFIG_MAPS + "?fieldValidation=Strict&dryRun=All", body, media)
    patch = PATCHES["apply"] if media == YAML else PATCHES["merge"]
    target.request("POST", WIDGETS, b'{"metadata":{"name":"d"}}', JSON)
    target.request("PATCH", WIDGETS + "/d?fieldManager=f" * (media == YAML), body, patch)
    target.request("PATCH", WIDGETS + "/d", body, PATCHES["json"])
    assert target.request("GET", WIDGETS).code == 200
    target.request("DELETE", WIDGETS + "/d")


def test_more_than_three_megabytes_is_too_large(target: Target) -> None:
    answer = target.request("POST", CONFIG_MAPS, b" " * (3 * 1024 * 1024 + 1), JSON)
    assert (answer.code, answer.status["reason"]) == (413, "RequestEntityTooLarge")


def test_yaml_and_json_mean_the_same(target: Target) -> None:
    """What the samples say is taken in either form (all are created and removed again)."""
    for where, obj in SAMPLES:
        for media, body in ((JSON, orjson.dumps(obj)), (YAML, yaml.safe_dump(obj).encode())):
            answer = target.request("POST", where + "?dryRun=All", body, media)
            assert answer.code in (201, 409, 422, 403, 404, 400), (where, answer.body)
            if media == JSON:
                first = answer.code
            assert answer.code == first, (where, media, answer.body)
