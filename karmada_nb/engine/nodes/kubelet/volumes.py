"""The volumes of a pod, as directories in its containers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.images.files import Files
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet.environment import ConfigError, Sources, field
from karmada_nb.engine.runtime.clock import Clock

_TOKEN_SECONDS: Final = 3600
_RENEWED: Final = 0.8
Contents = Callable[[], Mapping[str, bytes]]


class Volumes:
    """Directories that the containers of one pod share; those made of objects follow their changes."""

    def __init__(self, pod: Object, sources: Sources, clock: Clock) -> None:
        self._pod = pod
        self._sources = sources
        self._clock = clock
        self._tokens: dict[tuple[str, int], tuple[float, bytes]] = {}
        self._shared: dict[str, dict[str, bytes]] = {}

    def check(self) -> None:
        """Raises ConfigError for a volume whose object is missing, in the kubelet's words."""
        for volume in meta.dig(self._pod, "spec", "volumes", default=[]):
            for kind, reference in _objects(volume):
                if self._find(kind, reference) is None and not reference.get("optional"):
                    noun = "configmap" if kind == "configMap" else "secret"
                    name = reference.get("name") or reference.get("secretName", "")
                    why = f'{noun} "{name}" not found'
                    raise ConfigError(f'MountVolume.SetUp failed for volume "{volume["name"]}" : {why}')

    def mount(self, files: Files, container: Object) -> None:
        """Show the volumes that ``container`` mounts."""
        volumes = {v["name"]: v for v in meta.dig(self._pod, "spec", "volumes", default=[])}
        for item in container.get("volumeMounts") or ():
            volume = volumes.get(item["name"])
            if volume is None:
                continue
            path, below = item["mountPath"], item.get("subPath", "")
            contents = self._contents(volume)
            if contents is None and not below:
                files.share(path, self._shared.setdefault(item["name"], {}))
            elif contents is None:
                files.share(path, self._shared.setdefault(f"{item['name']}/{below}", {}))
            else:
                files.mount(path, _below(contents, below) if below else contents)

    def _contents(self, volume: Object) -> Contents | None:
        """What is in a volume that is made of objects; None for storage."""
        if "downwardAPI" in volume:
            return lambda: self._downward(volume["downwardAPI"].get("items") or ())
        if "projected" in volume:
            return lambda: self._projected(volume["projected"].get("sources") or ())
        found = _objects(volume)
        if not found:
            return None
        kind, reference = found[0]
        return lambda: self._keys(kind, reference)

    def _find(self, kind: str, reference: Object) -> Object | None:
        name = reference.get("name") or reference.get("secretName", "")
        look = self._sources.config_map if kind == "configMap" else self._sources.secret
        return look(meta.namespace(self._pod), name)

    def _keys(self, kind: str, reference: Object) -> dict[str, bytes]:
        found = self._find(kind, reference) or {}
        binary = found.get("binaryData" if kind == "configMap" else "data") or {}
        data = {k: base64.b64decode(v) for k, v in binary.items()}
        if kind == "configMap":
            data.update({k: v.encode() for k, v in (found.get("data") or {}).items()})
        items = reference.get("items")
        return {i["path"]: data[i["key"]] for i in items if i["key"] in data} if items else data

    def _downward(self, items: Iterable[Object]) -> dict[str, bytes]:
        return {
            item["path"]: field(self._pod, item["fieldRef"]["fieldPath"], "", "").encode()
            for item in items
            if "fieldRef" in item
        }

    def _projected(self, sources: Iterable[Object]) -> dict[str, bytes]:
        out: dict[str, bytes] = {}
        for source in sources:
            if "downwardAPI" in source:
                out.update(self._downward(source["downwardAPI"].get("items") or ()))
            for kind in ("configMap", "secret"):
                if kind in source:
                    out.update(self._keys(kind, source[kind]))
            if "serviceAccountToken" in source:
                out.update(self._token(source["serviceAccountToken"]))
        return out

    def _token(self, projection: Object) -> dict[str, bytes]:
        """The token as it is now: a new one when four fifths of its time are over."""
        audience, seconds = (
            projection.get("audience", ""),
            projection.get("expirationSeconds", _TOKEN_SECONDS),
        )
        now = self._clock.monotonic()
        due, token = self._tokens.get((audience, seconds), (now, b""))
        if due <= now:
            try:
                token = self._sources.token(self._pod, audience, seconds).encode()
            except LookupError:
                return {}
            self._tokens[audience, seconds] = (now + seconds * _RENEWED, token)
        return {projection["path"]: token}


def _objects(volume: Object) -> list[tuple[str, Object]]:
    return [(kind, volume[kind]) for kind in ("configMap", "secret") if kind in volume]


def _below(contents: Contents, path: str) -> Contents:
    """One file (named ``""``), or one directory, of ``contents``."""

    def chosen() -> dict[str, bytes]:
        out = {}
        for name, data in contents().items():
            if name == path:
                out[""] = data
            elif name.startswith(path + "/"):
                out[name[len(path) + 1 :]] = data
        return out

    return chosen
