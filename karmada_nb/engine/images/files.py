"""A container's file system: paths and contents in memory, what the image brought and what was written."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Final

_DIRECTORIES: Final = frozenset(("/bin", "/dev", "/etc", "/home", "/proc", "/root", "/tmp", "/usr", "/var"))


class Files:
    """Absolute, normalised paths. Methods that fail raise OSError with the text that tools print."""

    def __init__(self, contents: Mapping[str, bytes] | None = None) -> None:
        self._files: dict[str, bytes] = dict(contents or {})
        self._mounts: dict[str, Callable[[], Mapping[str, bytes]]] = {}
        self._shared: dict[str, dict[str, bytes]] = {}
        self._directories: frozenset[str] = _DIRECTORIES

    def mount(self, directory: str, contents: Callable[[], Mapping[str, bytes]]) -> None:
        """Show ``contents`` (relative paths), asked anew at each read, below ``directory``; read only."""
        self._mounts[posixpath.normpath(directory)] = contents

    def share(self, directory: str, contents: dict[str, bytes]) -> None:
        """Like ``mount``, but written to as well: others may hold the same ``contents``."""
        directory = posixpath.normpath(directory)
        self._shared[directory] = contents
        self._mounts[directory] = lambda: contents

    def read(self, path: str) -> bytes:
        found = self._look(posixpath.normpath(path))
        if found is None:
            if self.is_directory(path):
                raise IsADirectoryError(21, "Is a directory", path)
            raise FileNotFoundError(2, "No such file or directory", path)
        return found

    def write(self, path: str, data: bytes, *, append: bool = False) -> None:
        path = posixpath.normpath(path)
        if path == "/dev/null":
            return
        if self.is_directory(path):
            raise IsADirectoryError(21, "Is a directory", path)
        if not self.is_directory(posixpath.dirname(path)):
            raise FileNotFoundError(2, "No such file or directory", path)
        held, name = self._place(path)
        held[name] = (held.get(name, b"") if append else b"") + data

    def remove(self, path: str) -> None:
        path = posixpath.normpath(path)
        held, name = self._place(path)
        if held.pop(name, None) is None:
            raise FileNotFoundError(2, "No such file or directory", path)

    def make_directory(self, path: str) -> None:
        path = posixpath.normpath(path)
        while path != "/":
            self._directories |= {path}
            path = posixpath.dirname(path)

    def exists(self, path: str) -> bool:
        path = posixpath.normpath(path)
        return self._look(path) is not None or self.is_directory(path)

    def is_directory(self, path: str) -> bool:
        path = posixpath.normpath(path)
        if path == "/" or path in self._directories or path in self._mounts:
            return True
        below = path + "/"
        # Only a mount that has the path in it is asked what it holds: a token is signed when it is looked at.
        for directory, contents in self._mounts.items():
            inside = below.removeprefix(directory + "/")
            if directory.startswith(below) or (
                inside != below and any(name.startswith(inside) for name in contents())
            ):
                return True
        return any(p.startswith(below) for p in self._files)

    def entries(self, path: str) -> list[str]:
        """The names in a directory, sorted; or the path itself for a file."""
        path = posixpath.normpath(path)
        if self._look(path) is not None:
            return [path]
        if not self.is_directory(path):
            raise FileNotFoundError(2, "No such file or directory", path)
        prefix = path.rstrip("/") + "/"
        below = [p for p in (*self.paths(), *self._directories, *self._mounts) if p.startswith(prefix)]
        return sorted({p[len(prefix) :].split("/")[0] for p in below})

    def _look(self, path: str) -> bytes | None:
        if path == "/dev/null":
            return b""
        mounted = self._mounted(path)
        if mounted is not None:
            directory, contents = mounted
            return contents().get(path[len(directory) :].lstrip("/"))
        return self._files.get(path)

    def _place(self, path: str) -> tuple[dict[str, bytes], str]:
        """Where a file that is written lives, and its name there."""
        mounted = self._mounted(path)
        if mounted is None:
            return self._files, path
        if mounted[0] not in self._shared:
            raise OSError(30, "Read-only file system", path)
        return self._shared[mounted[0]], path[len(mounted[0]) :].lstrip("/")

    def _mounted(self, path: str) -> tuple[str, Callable[[], Mapping[str, bytes]]] | None:
        for directory, contents in self._mounts.items():
            if path == directory or path.startswith(directory + "/"):
                return directory, contents
        return None

    def paths(self) -> Iterable[str]:
        """Every file there is."""
        yield from self._files
        for directory, contents in self._mounts.items():
            for name in contents():
                yield posixpath.join(directory, name) if name else directory
