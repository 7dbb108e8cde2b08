"""Field by field, the objects that real Karmada left behind when the article's manifests were applied to it.

The transcripts are in ``tests/data/transcripts``. Left out of the comparison: what differs from run to run,
statuses (another half's work), and v1.2's generation of bindings, which it raised on changes of status too.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.plane import POLICIES, WORKS
from karmada_nb.engine.meta import Object
from tests.engine.karmada.controllers.lab import DEPLOYMENTS, SERVICES, Lab, scale

DATA = Path(__file__).parents[3] / "data" / "transcripts"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
VARYING = {"resourceVersion", "uid", "creationTimestamp", "managedFields", "status"}
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def transcript(name: str) -> dict[str, str]:
    """What each command of a transcript printed the first time."""
    text = gzip.decompress((DATA / f"{name}-objects.txt.gz").read_bytes()).decode()
    answers: dict[str, str] = {}
    for part in re.split(r"(?m)^\$ ", text)[1:]:
        command, _, answer = part.partition("\n")
        answers.setdefault(command, answer)
    return answers


def applied(obj: Object) -> Object:
    """The manifest that was applied, with the annotation that kubectl adds."""
    text = meta.annotations(obj)[LAST_APPLIED]
    manifest: Object = orjson.loads(text)
    return meta.with_metadata(manifest, annotations={LAST_APPLIED: text})


def steady(value: Any) -> Any:
    """Without what differs from run to run."""
    if isinstance(value, dict):
        return {k: steady(v) for k, v in value.items() if k not in VARYING}
    if isinstance(value, list):
        return [steady(item) for item in value]
    return UID.sub("<uid>", value) if isinstance(value, str) else value


def differences(real: Any, ours: Any, path: str = "") -> Iterator[str]:
    if isinstance(real, dict) and isinstance(ours, dict):
        for field in sorted(real.keys() | ours.keys()):
            yield from differences(real.get(field), ours.get(field), f"{path}.{field}")
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        for at, pair in enumerate(zip(real, ours, strict=True)):
            yield from differences(*pair, f"{path}[{at}]")
    elif real != ours:
        yield f"{path}: real {real!r}, ours {ours!r}"


@pytest.mark.parametrize("edition", ["article", "current"])
async def test_objects_are_those_of_real_karmada(edition: Any) -> None:
    said = transcript("article-v1.2" if edition == "article" else "article-current")
    template = yaml.safe_load(said["kmd get deploy pipy -o yaml"])
    policy = yaml.safe_load(said["kmd get propagationpolicy pipy-propagation -o yaml"])
    bindings = yaml.safe_load(said["kmd get rb -o yaml"])["items"]
    listed = yaml.safe_load(said["kmd get work -n karmada-es-k3d-cluster-3 -o yaml"])["items"]
    works = [work for work in listed if meta.name(work).startswith("pipy-")]
    (service,) = (
        manifest
        for work in works
        for manifest in work["spec"]["workload"]["manifests"]
        if manifest["kind"] == "Service"
    )

    lab = await Lab(edition).start()
    await lab.create(DEPLOYMENTS, applied(template))
    await lab.create(SERVICES, applied(service))
    await lab.create(POLICIES, applied(policy))
    await scale(lab, "pipy", 3)

    pairs = [(template, lab.must(DEPLOYMENTS, "pipy")), (policy, lab.must(POLICIES, "pipy-propagation"))]
    pairs += [(binding, lab.binding(meta.name(binding))) for binding in bindings]
    pairs += [(work, lab.must(WORKS, meta.name(work), meta.namespace(work))) for work in works]
    found: list[str] = []
    for real, ours in pairs:
        if real["kind"] == "Work" or (edition == "article" and real["kind"] == "ResourceBinding"):
            # A Work's generation tells whether its cluster had a share before the scaling.
            real = meta.with_metadata(real, generation=None)
            ours = meta.with_metadata(ours, generation=None)
        name = f"{real['kind']} {meta.name(real)}"
        found += [f"{name}{line}" for line in differences(steady(real), steady(ours))]
    await lab.stop()
    assert found == []
