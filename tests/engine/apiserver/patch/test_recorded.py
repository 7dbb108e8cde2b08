"""Every patch that was recorded of a real API server, replayed on the functions alone."""

import gzip
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch import apply, json_patch, managed, merge, strategic
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.errors import StatusError

from .objects import NOW

DATA = Path(__file__).parents[4] / "tests" / "data" / "conformance"
KINDS = {"configmaps": ("", "v1", "ConfigMap"), "deployments": ("apps", "v1", "Deployment")}
PATH = re.compile(r"/namespaces/\$\{ns\}/(\w+)(?:/([\w.-]+))?(/scale)?(?:\?(.*))?$")
NOT_OF_PATCHES = {
    "json with a wrong type",
    "merge renames",
    "merge with an old resourceVersion",
    "merge of a missing object",
    "merge with a wrong type",
    "no manager",
    "apply under another name",
    "force with another patch type",
    "with a wrong uid",
    "strategic merges ports by number",
}
"""Steps whose answer is decoding's, defaulting's or the verbs'."""
SERVER_SET = ("uid", "resourceVersion", "creationTimestamp", "namespace")


class Replay:
    """Objects by resource and name; just enough of a server to carry a scenario."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], Any] = {}

    def answer(self, step: dict[str, Any]) -> Any:
        method = "POST" if "POST" in step else "PATCH"
        found = PATH.search(step[method])
        assert found, step
        resource, name, scale, query = found.groups()
        group, version, kind = KINDS[resource]
        schema = builtin.resource(group, version, kind)
        assert schema is not None
        api_version = meta.api_version(group, version)
        asked = dict(pair.split("=") for pair in (query or "").split("&") if pair)
        manager = asked.get("fieldManager", "python-requests")
        body = yaml.safe_load(step["body"]) if isinstance(step["body"], str) else step["body"]
        if method == "POST":
            obj = {"apiVersion": api_version, "kind": kind, **body}
            if kind == "Deployment":
                obj = {**obj, "spec": {**obj["spec"], "strategy": {"type": "RollingUpdate"}}}
            return self._tracked(schema, None, obj, manager, api_version, "")
        live = self.objects.get((resource, name))
        if step["patch"] == "apply":
            force = asked.get("force") == "true"
            obj = apply.server_side_apply(schema, live, body, manager, api_version, "", force, NOW, kind=kind)
            self.objects[resource, name] = obj
            return obj
        functions = {"json": json_patch.apply, "merge": merge.apply}
        if step["patch"] == "strategic":
            obj = strategic.apply(schema, live, body)
        else:
            obj = functions[step["patch"]](live, body)
        if obj.get("data") == {}:
            obj = meta.without(obj, ["data"])
        obj = self._tracked(schema, live, obj, manager, api_version, "scale" if scale else "")
        return {"spec": {"replicas": obj["spec"]["replicas"]}} if scale else obj

    def _tracked(self, schema: Any, old: Any, obj: Any, manager: str, version: str, subresource: str) -> Any:
        entries = managed.after_update(schema, old, obj, manager, version, subresource, NOW)
        resource = next(plural for plural, (_, _, kind) in KINDS.items() if kind == obj["kind"])
        obj = meta.with_metadata(obj, managedFields=entries or None)
        self.objects[resource, meta.name(obj)] = obj
        return obj


def value_at(obj: Any, path: str) -> Any:
    """The value at a path such as ``a.b[*].c``, ``a[name=x]``, ``a[0]``."""
    for name, index in re.findall(r"([^.\[\]]+)|\[([^\]]*)\]", path):
        if name:
            if isinstance(obj, list):
                obj = [item[name] for item in obj]
            else:
                obj = (obj or {}).get(name)
        elif index.isdigit():
            obj = obj[int(index)]
        elif "=" in index:
            key, _, wanted = index.partition("=")
            obj = next(item for item in obj if item[key] == wanted)
    return "<absent>" if obj is None else obj


def comparable(step: dict[str, Any], obj: Any) -> Any:
    if "pick" in step:
        return {path: value_at(obj, path) for path in step["pick"]}
    hidden = SERVER_SET if step.get("managed") else (*SERVER_SET, "managedFields")
    metadata = {key: value for key, value in obj.get("metadata", {}).items() if key not in hidden}
    entries = metadata.get("managedFields")
    if entries:
        metadata["managedFields"] = [{**entry, "time": "<time>"} for entry in entries]
    out = {**obj, "metadata": metadata}
    if "details.causes" in step.get("ignore", ()):
        out["details"] = {key: value for key, value in out["details"].items() if key != "causes"}
    return out


@pytest.mark.parametrize("scenario", ["patches", "apply"])
def test_answers_are_those_of_a_real_server(scenario: str) -> None:
    steps = orjson.loads(gzip.decompress((DATA / f"{scenario}.json.gz").read_bytes()))["steps"]
    replay, replayed = Replay(), 0
    for step in steps:
        if step["name"] in NOT_OF_PATCHES:
            continue
        try:
            found, status = replay.answer(step), 200
        except StatusError as error:
            found, status = error.to_status(), error.code
        result = step["result"]
        assert status == (200 if result["status"] == 201 else result["status"]), step["name"]
        expected = result["body"] if "pick" in step else comparable(step, result["body"])
        assert comparable(step, found) == expected, step["name"]
        replayed += 1
    assert replayed >= 20
