"""The learner's own objects as one small value, and back: ``lab.snapshot()`` and ``lab.restore(snap)``.

What is the learner's is what a step would clear away: see ``leftovers``. Everything goes through the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from karmada_nb import leftovers, waiting
from karmada_nb.chain import KARMADA
from karmada_nb.clusters import CLUSTERS
from karmada_nb.connection import ApiError
from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.manifests import LAST_APPLIED, SERVERS, Object

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

FORMAT: Final = 1
_KIND: Final = "karmada-nb snapshot"
_MARKS: Final = ("karmada.io/", "deployment.kubernetes.io/", "controller-uid", "batch.kubernetes.io/")
_NOT_WISHED: Final = SERVERS | {"finalizers"}
_ADDRESSES: Final = ("clusterIP", "clusterIPs")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``objects`` by cluster, ``karmada`` too; ``installed`` and ``joined`` say how far the lab was."""

    installed: bool
    joined: tuple[str, ...]
    objects: Mapping[str, tuple[Object, ...]]

    def save(self, path: str | Path) -> Path:
        """Keep it in one small JSON file. Raises LabError."""
        target = Path(path).expanduser()
        document = {"kind": _KIND, "format": FORMAT, "installed": self.installed, "joined": self.joined}
        text = orjson.dumps({**document, "objects": self.objects}, option=orjson.OPT_INDENT_2)
        try:
            target.write_bytes(text + b"\n")
        except OSError as error:
            raise LabError(
                "expected to keep the snapshot in {target}: {why}", target=target, why=error.strerror
            ) from None
        return target

    def __repr__(self) -> str:
        count = sum(map(len, self.objects.values()))
        where = ", ".join(self.objects) or say("no cluster")
        return say("Snapshot of {count} objects in {where}", count=count, where=where)


def load(path: str | Path) -> Snapshot:
    """What ``save`` kept. Raises LabError for anything else."""
    source = Path(path).expanduser()
    try:
        found = orjson.loads(source.read_bytes())
    except OSError as error:
        raise LabError("expected a snapshot at {source}: {why}", source=source, why=error.strerror) from None
    except orjson.JSONDecodeError:
        raise _none(source) from None
    if not isinstance(found, Mapping) or found.get("kind") != _KIND or found.get("format") != FORMAT:
        said = found.get("format", "none") if isinstance(found, Mapping) else "none"
        raise LabError(
            "expected {source} to be a {kind} in format {format}, found format {said}",
            source=source,
            kind=_KIND,
            format=FORMAT,
            said=said,
        )
    try:
        objects = {name: tuple(objects) for name, objects in found["objects"].items()}
        return Snapshot(bool(found["installed"]), tuple(found["joined"]), objects)
    except (KeyError, TypeError, AttributeError):
        raise _none(source) from None


def _none(source: Path) -> LabError:
    return LabError("expected {source} to hold a snapshot as JSON, found something else", source=source)


def take(lab: Lab) -> Snapshot:
    """The learner's objects as they are now, without what servers and Karmada wrote into them."""
    installed = lab.installed()
    kept: dict[str, list[Object]] = {}
    for cluster, obj in leftovers.own(lab):
        kept.setdefault(cluster, []).append(cleaned(obj))
    return Snapshot(installed, tuple(lab.joined()), {name: tuple(found) for name, found in kept.items()})


def restore(lab: Lab, snapshot: Snapshot) -> None:
    """Bring the lab to a snapshot, from any state. Karmada decides anew where replicas go. Raises LabError.

    Members that a snapshot names and this lab has not are left out. On clusters that are not for the course
    alone, Karmada and its members stay as they are.
    """
    with waiting.progress() as line:
        line("waiting for what is there to go")
        lab.at("join" if snapshot.installed else "install")
        for name in snapshot.joined:
            if name in lab.members():
                line("waiting for {name} to join", name=name)
                lab.join(name, show=False)
                lab.wait(f"{CLUSTERS}/{name}", ready=True, timeout=120)
        for cluster, objects in snapshot.objects.items():
            if cluster != KARMADA and cluster not in lab.cluster_names():
                continue
            line("waiting for the objects of {cluster}", cluster=cluster)
            for obj in sorted(objects, key=_order):
                _put(lab, cluster, obj)


def _put(lab: Lab, cluster: str, obj: Object) -> None:
    try:
        lab.connect(cluster).replace(obj)
    except ApiError as error:
        name = f"{obj['kind']} {obj['metadata']['name']}"
        raise LabError(
            "expected to restore {name} in {cluster}: {error}", name=name, cluster=cluster, error=error
        ) from None


def _order(obj: Object) -> int:
    """Namespaces first, templates before the policies that claim them."""
    return 0 if obj["kind"] == "Namespace" else 2 if obj["kind"].endswith("Policy") else 1


def cleaned(obj: Object) -> Object:
    """An object as somebody would have written it."""
    found = {key: value for key, value in obj.items() if key != "status"}
    metadata = {key: value for key, value in obj["metadata"].items() if key not in _NOT_WISHED}
    for part in ("labels", "annotations"):
        marks = dict(_own(metadata.pop(part, None) or {}))
        if marks:
            metadata[part] = marks
    spec = found.get("spec")
    if obj["kind"] == "Service" and spec is not None and spec.get("clusterIP") != "None":
        spec = {key: value for key, value in spec.items() if key not in _ADDRESSES}
    return {**found, "metadata": metadata, **({} if spec is None else {"spec": spec})}


def _own(marks: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in marks.items():
        if key != LAST_APPLIED and not any(mark in key for mark in _MARKS):
            yield key, value
