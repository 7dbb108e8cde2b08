"""The tables that were recorded of a real API server, from the same objects."""

import gzip
import json
from pathlib import Path
from typing import Any

import orjson
import yaml

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver import builtin
from karmada_nb.engine.apiserver.admission import default_plugins
from karmada_nb.engine.apiserver.admission.chain import Chain
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.store import Store

DATA = Path(__file__).parents[3] / "data" / "conformance" / "tables.json.gz"
VARYING = {"Age", "Created At"}
OF_CONTROLLERS = {("jobs", "Status"), ("jobs", "Selector")}


def test_columns_and_rows() -> None:
    registry = Registry()
    registry.add(*builtin.resources(BUILT_IN))
    clock = VirtualClock()
    api = Api(Store(), registry, clock, Chain(default_plugins()))
    steps = orjson.loads(gzip.decompress(DATA.read_bytes()).replace(b"${ns}", b"demo"))["steps"]
    call = Call(track=False)
    api.create(registry.resource("", "v1", "namespaces"), "", {"metadata": {"name": "demo"}}, call)
    items = json.loads(json.dumps(yaml.safe_load(steps[0]["stdin"])["items"]))
    for obj in items:
        resource = registry.of_kind(obj["apiVersion"], obj["kind"])
        assert resource is not None
        api.create(resource, "demo", obj, call)
    compared = 0
    for step in steps:
        body = (step.get("result") or {}).get("body")
        if not isinstance(body, dict) or body.get("kind") != "Table" or not body.get("columnDefinitions"):
            continue
        path = step["GET"].partition("?")[0].split("/")
        version = "/".join(path[2:4]) if path[1] == "apis" else path[2]
        plural = (
            "namespaces"
            if len(path) == 5
            else path[-1]
            if path[-1].endswith("s") and len(path[-1]) > 2
            else path[-2]
        )
        resource = registry.resource(*meta.group_version(version), plural)
        table = resource.table
        columns = [[c.name, c.type, c.format, c.priority] for c in table.columns]
        assert columns == [
            [c["name"], c["type"], c["format"], c["priority"]] for c in body["columnDefinitions"]
        ]
        for row in body["rows"]:
            record = next(
                (r for r in api.store.items(resource.storage) if r.key.name == row["cells"][0]), None
            )
            if record is None:
                continue
            shown = _named(columns, table.cells(record.object, clock.now()), plural)
            assert shown == _named(columns, row["cells"], plural)
            compared += 1
    assert compared > 15


def _named(columns: list[Any], cells: list[Any], plural: str) -> dict[str, Any]:
    names = [column[0] for column in columns]
    return {
        name: cell
        for name, cell in zip(names, cells, strict=True)
        if name not in VARYING and (plural, name) not in OF_CONTROLLERS
    }
