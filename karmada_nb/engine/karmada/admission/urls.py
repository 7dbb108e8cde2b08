"""Addresses: of a cluster's API, of a proxy, of an interpreter's webhook.

Follows pkg/apis/cluster/validation/validation.go and k8s.io/apiserver pkg/util/webhook/validation.go.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.errors import Cause

_ENDPOINT_FORM = "; desired format: hostname, hostname:port, IP or IP:port"
_WEBHOOK_FORM = "; desired format: https://host[/path]"
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")


class URL(NamedTuple):
    """The parts of a URL that the checks look at; ``user`` is None where there is none."""

    scheme: str
    host: str
    user: str | None
    query: str
    fragment: str


def parse_url(text: str) -> URL:
    """Take a URL apart as Go's net/url does. Raises ValueError for what Go calls no URL."""
    rest, _, fragment = text.partition("#")
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in text):
        raise ValueError(f"parse {field.show(text)}: net/url: invalid control character in URL")
    match = _SCHEME.match(rest)
    scheme = match[1].lower() if match else ""
    if match:
        rest = rest[match.end() :]
    elif rest.startswith(":"):
        raise ValueError(f"parse {field.show(text)}: missing protocol scheme")
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if not scheme and ":" in rest.partition("/")[0]:
            raise ValueError(f"parse {field.show(text)}: first path segment in URL cannot contain colon")
        return URL(scheme, "", None, query, fragment)
    if not rest.startswith("//") or rest.startswith("///"):
        return URL(scheme, "", None, query, fragment)
    authority = rest[2:].partition("/")[0]
    user, at, host = authority.rpartition("@")
    port = re.search(r":([^:\]]*)$", host)
    if port and not port[1].isdigit() and port[1]:
        raise ValueError(f"parse {field.show(text)}: invalid port {field.show(port[0])} after host")
    if " " in host:
        raise ValueError(f'parse {field.show(text)}: invalid character " " in host name')
    return URL(scheme, host, user if at else None, query, fragment)


def validate_api_endpoint(endpoint: str, path: str) -> list[Cause]:
    try:
        url = parse_url(endpoint)
    except ValueError as err:
        return [field.invalid(path, endpoint, f"apiEndpoint must be a valid URL: {err}{_ENDPOINT_FORM}")]
    out: list[Cause] = []
    if not url.host:
        out.append(field.invalid(path, url.host, "host must be provided" + _ENDPOINT_FORM))
    return out + _plain(url, path)


def _plain(url: URL, path: str) -> list[Cause]:
    out: list[Cause] = []
    if url.user is not None:
        out.append(field.invalid(path, url.user, "user information is not permitted in the URL"))
    if url.fragment:
        out.append(field.invalid(path, url.fragment, "fragments are not permitted in the URL"))
    if url.query:
        out.append(field.invalid(path, url.query, "query parameters are not permitted in the URL"))
    return out


def validate_proxy_url(proxy: str, path: str) -> list[Cause]:
    try:
        scheme = parse_url(proxy).scheme
    except ValueError as err:
        return [field.invalid(path, proxy, f"apiEndpoint must be a valid URL: {err}")]
    if scheme in ("http", "https", "socks5"):
        return []
    detail = f"unsupported scheme {field.show(scheme)}, must be http, https, or socks5"
    return [field.invalid(path, proxy, detail)]


def validate_webhook_url(text: str, path: str) -> list[Cause]:
    try:
        url = parse_url(text)
    except ValueError as err:
        return [field.required(path, f"url must be a valid URL: {err}{_WEBHOOK_FORM}")]
    out: list[Cause] = []
    if url.scheme != "https":
        detail = "'https' is the only allowed URL scheme" + _WEBHOOK_FORM
        out.append(field.invalid(path, url.scheme, detail))
    if not url.host:
        out.append(field.invalid(path, url.host, "host must be specified" + _WEBHOOK_FORM))
    return out + _plain(url, path)


def validate_webhook_service(
    namespace: str, name: str, url_path: str | None, port: int, path: str
) -> list[Cause]:
    out: list[Cause] = []
    if not name:
        out.append(field.required(f"{path}.name"))
    if not namespace:
        out.append(field.required(f"{path}.namespace"))
    complaints = names.port_number(port)
    if complaints:
        out.append(field.invalid(f"{path}.port", port, "port is not valid: " + ", ".join(complaints)))
    if url_path in (None, "", "/"):
        return out
    return out + _url_path(url_path or "", f"{path}.path")


def _url_path(url_path: str, path: str) -> list[Cause]:
    if url_path == "//":
        return [field.invalid(path, url_path, "segment[0] may not be empty")]
    out: list[Cause] = []
    if not url_path.startswith("/"):
        out.append(field.invalid(path, url_path, "must start with a '/'"))
    for index, step in enumerate(url_path[1:].removesuffix("/").split("/")):
        if not step:
            out.append(field.invalid(path, url_path, f"segment[{index}] may not be empty"))
            continue
        for complaint in names.dns_subdomain(step):
            out.append(field.invalid(path, url_path, f"segment[{index}]: {complaint}"))
    return out
