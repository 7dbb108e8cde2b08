"""Server-side apply of the published, fully set example of every built-in kind."""

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch import fieldset, managed
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.decode import decode
from karmada_nb.engine.apiserver.schema.schema import Schema

from .objects import LATER, NOW, apply, fields

DATA = Path(__file__).parents[3] / "data" / "types" / "v1.36.0.jsonl.gz"


def examples() -> list[tuple[Schema, Any]]:
    found = []
    for line in gzip.decompress(DATA.read_bytes()).splitlines():
        obj = orjson.loads(line)["object"]
        group, version = meta.group_version(obj["apiVersion"])
        schema = builtin.resource(group, version, obj["kind"])
        if schema is not None and obj.get("metadata"):
            bare = meta.with_metadata(decode(schema, obj).object, managedFields=None)
            found.append((schema, bare))
    return found


EXAMPLES = examples()


@pytest.mark.parametrize(("schema", "obj"), EXAMPLES, ids=[obj["kind"] for _, obj in EXAMPLES])
def test_applied_twice_is_once_and_given_up_is_gone(schema: Schema, obj: Any) -> None:
    made = apply(None, obj, "one", schema=schema)
    again = orjson.loads(orjson.dumps(obj))
    assert apply(made, again, "one", schema=schema, now=LATER) is made
    metadata = {"name": meta.name(obj), "namespace": meta.namespace(obj)}
    empty = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": metadata}
    left = apply(made, empty, "one", schema=schema)
    assert set(left) - {"status"} == {"apiVersion", "kind", "metadata"}
    kept = {name.removeprefix("f:") for name in managed.STRIPPED["f:metadata"]}
    assert set(left["metadata"]) <= kept


@pytest.mark.parametrize(("schema", "obj"), EXAMPLES, ids=[obj["kind"] for _, obj in EXAMPLES])
def test_its_fields_are_in_the_canonical_form(schema: Schema, obj: Any) -> None:
    applied = fields(apply(None, obj, "one", schema=schema), "one")
    created = managed.after_update(schema, None, obj, "one", obj["apiVersion"], "", NOW)[0]["fieldsV1"]
    for found in (applied, created):
        assert orjson.dumps(fieldset.decode(orjson.loads(orjson.dumps(found)))) == orjson.dumps(found)
