"""Requests that were recorded of a real API server, answered by the verbs in process."""

import gzip
import re
from pathlib import Path
from typing import Any

import orjson

from karmada_nb.engine.apiserver import builtin
from karmada_nb.engine.apiserver.admission import default_plugins
from karmada_nb.engine.apiserver.admission.chain import Chain
from karmada_nb.engine.apiserver.resource import Registry, Resource
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.store import Store

DATA = Path(__file__).parents[3] / "data" / "conformance"
NS = "demo"
PATH = re.compile(
    r"^/api(?:s/(?P<group>[^/]+))?/(?P<version>v\d\w*)(?:/namespaces/(?P<ns>[^/?]+))?/(?P<plural>[a-z]+)"
    r"(?P<query>\?.*)?$"
)
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IP = re.compile(r"\b(\d{1,3}\.){3}\d{1,3}\b")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
GENERATED = re.compile(r"kube-api-access-\w{5}")


def scenario(name: str) -> list[dict[str, Any]]:
    text = gzip.decompress((DATA / f"{name}.json.gz").read_bytes()).decode()
    steps: list[dict[str, Any]] = orjson.loads(text.replace("${ns}", NS))["steps"]
    return steps


def server() -> Api:
    registry = Registry()
    registry.add(*builtin.resources(BUILT_IN))
    api = Api(Store(), registry, VirtualClock(), Chain(default_plugins()))
    create(api, "", "v1", "namespaces", "", {"metadata": {"name": NS}})
    return api


def resource_of(api: Api, path: str) -> tuple[Resource, str, str] | None:
    """The resource of a collection's path, its namespace, and the query."""
    found = PATH.match(path)
    if found is None:
        return None
    resource = api.registry.find(found["group"] or "", found["version"], found["plural"])
    return None if resource is None else (resource, found["ns"] or "", found["query"] or "")


def create(api: Api, group: str, version: str, plural: str, namespace: str, body: Any) -> Any:
    return api.create(api.registry.resource(group, version, plural), namespace, body, Call(track=False))


def posted(api: Api, step: dict[str, Any]) -> Any:
    """The answer to one recorded creation: an object, or the Status of its refusal."""
    found = resource_of(api, step["POST"])
    assert found is not None
    resource, namespace, query = found
    try:
        call = Call(track=False, dry_run="dryRun" in query)
        return plain(api.create(resource, namespace, step["body"], call))
    except StatusError as error:
        return plain(error.to_status())


def plain(value: Any) -> Any:
    """A value without what differs from server to server."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if not _varies(key, item)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, str):
        return value
    for pattern, word in ((UID, "<uid>"), (IP, "<ip>"), (TIME, "<time>")):
        value = pattern.sub(word, value)
    return value.replace("<microtime>", "<time>")


def _varies(key: str, value: Any) -> bool:
    if key in ("resourceVersion", "nodePort", "healthCheckNodePort"):
        return True
    return key == "name" and isinstance(value, str) and GENERATED.fullmatch(value) is not None


def pick(value: Any, path: str) -> Any:
    for part in re.findall(r"\['([^']+)'\]|\[(\d+)\]|([\w-]+)", path):
        key = part[0] or part[2]
        try:
            value = value[int(part[1])] if part[1] else value[key]
        except (KeyError, IndexError, TypeError):
            return "<absent>"
    return value
