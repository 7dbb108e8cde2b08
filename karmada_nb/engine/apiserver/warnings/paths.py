"""Files that volumes put in the same place.

Follows warningsForOverlappingVirtualPaths in pkg/api/pod/warnings.go.
"""

from __future__ import annotations

from typing import NamedTuple

from karmada_nb.engine.meta import Object


class _File(NamedTuple):
    path: str
    source: str
    """Where it comes from, in a volume with several sources."""

    def __str__(self) -> str:
        return f'"{self.path}" ({self.source})' if self.source else f'"{self.path}"'


def of_volume(volume: Object) -> list[str]:
    name = volume.get("name", "")
    for kind, said, key in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
        if volume.get(kind):
            described = f'{said} "{volume[kind].get(key, "")}"'
            return _within(_items(volume[kind], ""), name, described)
    if volume.get("downwardAPI"):
        return _within(_items(volume["downwardAPI"], ""), name, "DownwardAPI")
    return _projected(volume["projected"], name) if volume.get("projected") else []


def _within(files: list[_File], name: str, described: str) -> list[str]:
    known: list[_File] = []
    found: list[str] = []
    for file in files:
        file = file._replace(path=file.path.rstrip("/"))
        found += [_said(name, described, file, other) for other in _overlapping(known, file)]
        known.append(file)
    return found


def _projected(volume: Object, name: str) -> list[str]:
    found: list[str] = []
    files: list[_File] = []
    for source in volume.get("sources") or ():
        if not source:
            found.append(f'volume "{name}" (Projected) has no sources provided')
        files += _sources(source)
    return found + _within(files, name, "Projected")


def _sources(source: Object) -> list[_File]:
    for kind, said in (("configMap", "ConfigMap"), ("secret", "Secret")):
        if source.get(kind) is not None and source[kind].get("items") is not None:
            return _items(source[kind], f'{said} "{source[kind].get("name", "")}"')
    if source.get("downwardAPI") is not None:
        return _items(source["downwardAPI"], "DownwardAPI")
    if source.get("serviceAccountToken") is not None:
        return [_File(source["serviceAccountToken"].get("path", ""), "ServiceAccountToken")]
    return []


def _items(source: Object, said: str) -> list[_File]:
    return [_File(item.get("path", ""), said) for item in source.get("items") or ()]


def _overlapping(known: list[_File], file: _File) -> list[_File]:
    if not file.path:
        return []
    mine = f"{file.path}/"
    return [
        other
        for other in known
        if other.path and (f"{other.path}/".startswith(mine) or mine.startswith(f"{other.path}/"))
    ]


def _said(name: str, described: str, file: _File, other: _File) -> str:
    return f'volume "{name}" ({described}): overlapping paths: {file} with {other}'
