"""The volumes of a pod, as directories in its containers.

Follows pkg/volume/{configmap,secret,downwardapi,projected,emptydir} and, for what a group may read,
pkg/volume/volume_linux.go.
"""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.images.files import Files
from karmada_nb.engine.images.trees import File, Tree, View
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet.environment import (
    ConfigError,
    Site,
    Sources,
    Unbound,
    expand,
    field,
    references,
    resource_field,
)
from karmada_nb.engine.runtime.clock import Clock

_TOKEN_SECONDS: Final = 3600
_RENEWED: Final = 0.8
_MODE: Final = 0o644
_GROUP_READS: Final = 0o440
_MADE: Final = frozenset(("configMap", "secret", "downwardAPI", "projected"))
_OPEN: Final = 0o777
"""The mode of an emptyDir, so that every user can write to it."""


class Volumes:
    """Directories that the containers of one pod share; those made of objects follow their changes.

    ``pod`` gives the pod as it is now, ``disk`` is the node's.
    """

    def __init__(
        self, pod: Callable[[], Object], sources: Sources, clock: Clock, site: Site, disk: Tree
    ) -> None:
        self._now = pod
        self._sources = sources
        self._clock = clock
        self._site = site
        self._disk = disk
        self._tokens: dict[tuple[str, int], tuple[float, bytes]] = {}
        self._trees: dict[str, Tree] = {}

    @property
    def _pod(self) -> Object:
        return self._now()

    def check(self) -> None:
        """Raises ConfigError for a volume whose object or key is missing, in the kubelet's words."""
        for volume in meta.dig(self._pod, "spec", "volumes", default=[]):
            for kind, reference in _objects(volume):
                why = self._lacks(kind, reference)
                if why and not reference.get("optional"):
                    raise ConfigError(f'MountVolume.SetUp failed for volume "{volume["name"]}" : {why}')
            self._claimed(volume)
            if "hostPath" in volume:
                self._check_host_path(volume["name"], volume["hostPath"])

    def _check_host_path(self, volume: str, source: Object) -> None:
        """Make what is to be made; raises ConfigError where there is something else."""
        path, kind = source["path"].strip("/"), source.get("type") or ""
        file, directory = path in self._disk.files(), path in self._disk.directories()
        if not file and not directory:
            if kind in ("", "DirectoryOrCreate"):
                self._disk.make(path)
                return
            if kind == "FileOrCreate":
                self._disk.put(path, File())
                return
        wanted = "directory" if kind.startswith("Directory") else "file"
        if kind and not (directory if wanted == "directory" else file):
            why = f"hostPath type check failed: {source['path']} is not a {wanted}"
            raise ConfigError(f'MountVolume.SetUp failed for volume "{volume}" : {why}')

    def mount(self, files: Files, container: Object, values: Mapping[str, str]) -> None:
        """Show the volumes that ``container`` mounts; ``values`` are its environment, for ``subPathExpr``.
        Raises ConfigError for a part that leads elsewhere.
        """
        volumes = {v["name"]: v for v in meta.dig(self._pod, "spec", "volumes", default=[])}
        for item in container.get("volumeMounts") or ():
            volume = volumes.get(item["name"])
            if volume is None:
                continue
            below = _part(item, values)
            tree, root = self._tree(volume)
            below = posixpath.join(root, below).rstrip("/")
            if isinstance(tree, View) and below:
                # A part of a volume is mounted as it is now, and does not follow changes.
                tree = View(partial(dict, tree.files()))
            elif isinstance(tree, Tree) and below and below not in tree.files():
                tree.make(below, 0o755)
            files.mount(item["mountPath"], tree, below=below, read_only=bool(item.get("readOnly")))

    def _tree(self, volume: Object) -> tuple[Tree | View, str]:
        """What is in a volume, made of objects or storage that containers share, and where its root is."""
        if not _MADE.isdisjoint(volume):
            return View(partial(self._made, volume)), ""
        claimed = self._claimed(volume)
        source = claimed["spec"] if claimed is not None else volume
        if path := meta.dig(source, "hostPath", "path") or meta.dig(source, "local", "path"):
            return self._disk, path.strip("/")
        if claimed is not None:
            return self._sources.storage(meta.name(claimed)), ""
        medium = "tmpfs" if meta.dig(volume, "emptyDir", "medium") == "Memory" else "ext4"
        return self._trees.setdefault(volume["name"], Tree(mode=_OPEN, kind=medium)), ""

    def _claimed(self, volume: Object) -> Object | None:
        """The PersistentVolume of a volume that a claim stands for. Raises Unbound without one."""
        claim = meta.dig(volume, "persistentVolumeClaim", "claimName")
        if "ephemeral" in volume:
            claim = f"{meta.name(self._pod)}-{volume['name']}"
        if claim is None:
            return None
        namespace = meta.namespace(self._pod)
        found = self._sources.volume(namespace, claim)
        if found is None:
            raise Unbound(f"error processing PVC {namespace}/{claim}: PVC is not bound")
        return found

    def _made(self, volume: Object) -> dict[str, File]:
        """The files of a volume that is made of objects, as they are now."""
        kind = next(kind for kind in _MADE if kind in volume)
        source = volume[kind]
        mode = source.get("defaultMode", _MODE)
        match kind:
            case "downwardAPI":
                files = self._downward(source.get("items") or (), mode)
            case "projected":
                files = self._projected(source.get("sources") or (), mode)
            case _:
                files = self._keys(kind, source, mode)
        return self._permitted(files)

    def _permitted(self, files: dict[str, File]) -> dict[str, File]:
        """With ``fsGroup``, its members can read what is there."""
        if meta.dig(self._pod, "spec", "securityContext", "fsGroup") is None:
            return files
        return {name: File(file.data, file.mode | _GROUP_READS) for name, file in files.items()}

    def _lacks(self, kind: str, reference: Object) -> str:
        """What a reference finds nothing for; ``""`` if all is there."""
        found = self._find(kind, reference)
        noun = "configmap" if kind == "configMap" else "secret"
        if found is None:
            return f'{noun} "{reference.get("name") or reference.get("secretName", "")}" not found'
        data = _data(kind, found)
        for item in reference.get("items") or ():
            if item["key"] not in data:
                what = "config" if kind == "configMap" else "secret"
                return f"{noun} references non-existent {what} key: {item['key']}"
        return ""

    def _find(self, kind: str, reference: Object) -> Object | None:
        name = reference.get("name") or reference.get("secretName", "")
        look = self._sources.config_map if kind == "configMap" else self._sources.secret
        return look(meta.namespace(self._pod), name)

    def _keys(self, kind: str, reference: Object, mode: int) -> dict[str, File]:
        data = _data(kind, self._find(kind, reference) or {})
        items = reference.get("items")
        if not items:
            return {name: File(value, mode) for name, value in data.items()}
        return {i["path"]: File(data[i["key"]], i.get("mode", mode)) for i in items if i["key"] in data}

    def _downward(self, items: Iterable[Object], mode: int) -> dict[str, File]:
        out = {}
        for item in items:
            if "fieldRef" in item:
                text = field(self._pod, item["fieldRef"]["fieldPath"], self._site)
            else:
                reference = item["resourceFieldRef"]
                text = resource_field(self._pod, reference["containerName"], reference, self._site)
            out[item["path"]] = File(text.encode(), item.get("mode", mode))
        return out

    def _projected(self, sources: Iterable[Object], mode: int) -> dict[str, File]:
        out: dict[str, File] = {}
        for source in sources:
            if "downwardAPI" in source:
                out.update(self._downward(source["downwardAPI"].get("items") or (), mode))
            for kind in ("configMap", "secret"):
                if kind in source:
                    out.update(self._keys(kind, source[kind], mode))
            if "serviceAccountToken" in source:
                out.update(self._token(source["serviceAccountToken"], mode))
        return out

    def _token(self, projection: Object, mode: int) -> dict[str, File]:
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
        context = meta.dig(self._pod, "spec", "securityContext", default={})
        private = not {"fsGroup", "runAsUser"}.isdisjoint(context)
        return {projection["path"]: File(token, 0o600 if private else mode)}


def _part(mount: Object, values: Mapping[str, str]) -> str:
    """The part of a volume that is mounted, ``""`` for all of it. Raises ConfigError."""
    text = mount.get("subPath", "")
    if mount.get("subPathExpr"):
        missing = sorted(name for name in references(mount["subPathExpr"]) if not values.get(name))
        if missing:
            raise ConfigError(f"missing value for {', '.join(missing)}")
        text = expand(mount["subPathExpr"], values)
    if text.startswith("/"):
        raise ConfigError(f"error SubPath `{text}` must not be an absolute path")
    if ".." in text.split("/"):
        raise ConfigError(f"unable to provision SubPath `{text}`: must not contain '..'")
    return posixpath.normpath(text) if text else ""


def _objects(volume: Object) -> list[tuple[str, Object]]:
    """The config maps and secrets of a volume."""
    sources = [volume, *meta.dig(volume, "projected", "sources", default=[])]
    return [(kind, s[kind]) for s in sources for kind in ("configMap", "secret") if kind in s]


def _data(kind: str, found: Object) -> dict[str, bytes]:
    binary = found.get("binaryData" if kind == "configMap" else "data") or {}
    data = {k: base64.b64decode(v) for k, v in binary.items()}
    if kind == "configMap":
        data.update({k: v.encode() for k, v in (found.get("data") or {}).items()})
    return data
