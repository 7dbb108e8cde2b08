"""Fields of workloads one by one: what a real API server v1.36 says of each bad or doubtful value.

``tests/data/fields/*.jsonl.gz`` holds one creation a line: the object, and the causes and warnings it got.
"""

import gzip
from pathlib import Path

import orjson
import pytest

from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import StatusError

from .recorded import DATA, plain, resource_of, server

FILES = sorted((DATA.parent / "fields").glob("*.jsonl.gz"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_every_field_is_refused_or_warned_of_in_the_servers_words(path: Path) -> None:
    api = server()
    wrong: list[str] = []
    lines = gzip.decompress(path.read_bytes()).splitlines()
    for case in map(orjson.loads, lines):
        found = resource_of(api, case["path"])
        assert found is not None
        call = Call(track=False, dry_run=True)
        code, causes = 201, []
        try:
            api.create(found[0], found[1], case["body"], call)
        except StatusError as error:
            code = error.code
            causes = [[c.get("field", ""), c["message"]] for c in (error.details or {}).get("causes", ())]
        want = plain([case["code"], case["causes"], case["warnings"]])
        got = plain([code, causes, call.warnings])
        if want != got:
            wrong.append(f"{orjson.dumps(case['body'])[:200].decode()}\n  want {want}\n  got  {got}")
    assert len(lines) > 100
    assert not wrong, f"{len(wrong)} differ\n" + "\n".join(wrong[:20])
