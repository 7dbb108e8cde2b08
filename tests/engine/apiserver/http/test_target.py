"""What paths and methods mean. Cases follow upstream's requestinfo_test.go."""

import pytest

from karmada_nb.engine.apiserver.http.target import parse, verb


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/namespaces", ("list", "", "v1", "", "namespaces", "", "")),
        ("GET", "/api/v1/namespaces/other", ("get", "", "v1", "other", "namespaces", "other", "")),
        ("PUT", "/api/v1/namespaces/a/finalize", ("update", "", "v1", "a", "namespaces", "a", "finalize")),
        ("GET", "/api/v1/namespaces/other/pods", ("list", "", "v1", "other", "pods", "", "")),
        ("GET", "/api/v1/namespaces/other/pods/foo", ("get", "", "v1", "other", "pods", "foo", "")),
        ("HEAD", "/api/v1/namespaces/other/pods/foo", ("get", "", "v1", "other", "pods", "foo", "")),
        ("GET", "/api/v1/pods", ("list", "", "v1", "", "pods", "", "")),
        ("GET", "/api/v1/watch/namespaces/other/pods", ("watch", "", "v1", "other", "pods", "", "")),
        ("GET", "/api/v1/namespaces/other/pods/foo/log", ("get", "", "v1", "other", "pods", "foo", "log")),
        ("POST", "/api/v1/namespaces/other/pods", ("create", "", "v1", "other", "pods", "", "")),
        ("DELETE", "/api/v1/namespaces/other/pods", ("deletecollection", "", "v1", "other", "pods", "", "")),
        ("PATCH", "/apis/g/v1/namespaces/a/some/d/scale", ("patch", "g", "v1", "a", "some", "d", "scale")),
        ("OPTIONS", "/api/v1/pods", ("", "", "v1", "", "pods", "", "")),
        ("GET", "/api/v1/namespaces/a/configmaps/a%2Cb", ("get", "", "v1", "a", "configmaps", "a,b", "")),
        ("GET", "/version", ("get", "", "", "", "", "", "")),
        ("POST", "/api/v1", ("post", "", "", "", "", "", "")),
        ("GET", "/apis/apps/v1", ("get", "", "", "", "", "", "")),
    ],
)  # fmt: skip
def test_request(method: str, path: str, expected: tuple[str, ...]) -> None:
    at = parse(path)
    found = (verb(at, method, {}), at.group, at.version, at.namespace, at.resource, at.name, at.subresource)
    assert found == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("true", "watch"), ("1", "watch"), ("false", "list"), ("0", "list")]
)
def test_watch_parameter(value: str, expected: str) -> None:
    assert verb(parse("/api/v1/pods"), "GET", {"watch": value}) == expected


def test_a_proxy_passes_the_rest_on() -> None:
    at = parse("/api/v1/namespaces/a/services/http:web:80/proxy/x/y")
    assert (at.name, at.subresource, at.rest) == ("http:web:80", "proxy", "x/y")
