"""File systems in memory: what the image brought, what containers share, what is made of objects."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """``mode`` has the permission bits alone."""

    data: bytes = b""
    mode: int = 0o644


class Tree:
    """Files and directories by their paths below a root, which is ``""``.

    ``kind`` is the type of file system that tools tell of.
    """

    def __init__(
        self, files: Mapping[str, bytes] | None = None, *, mode: int = 0o755, kind: str = ""
    ) -> None:
        self.kind = kind
        self._files = {name: File(data) for name, data in (files or {}).items()}
        self._directories: dict[str, int] = {"": mode}
        for name in self._files:
            self.make(posixpath.dirname(name))

    def files(self) -> Mapping[str, File]:
        return self._files

    def directories(self) -> Mapping[str, int]:
        """Their modes by path."""
        return self._directories

    def put(self, name: str, file: File) -> None:
        self._files[name] = file
        self.make(posixpath.dirname(name))

    def make(self, name: str, mode: int = 0o755) -> None:
        """Make a directory and those above it."""
        while name not in self._directories:
            self._directories[name] = mode
            name = posixpath.dirname(name)

    def drop(self, name: str) -> bool:
        """Remove a file, or a directory with nothing in it; whether there was one."""
        found = self._files.pop(name, None) is not None
        return self._directories.pop(name, None) is not None or found

    def permit(self, name: str, mode: int) -> None:
        """Set permission bits."""
        if name in self._files:
            self._files[name] = File(self._files[name].data, mode)
        else:
            self._directories[name] = mode


class View:
    """Files that are made anew each time somebody looks; nothing can be written."""

    def __init__(self, contents: Callable[[], Mapping[str, File]], *, kind: str = "tmpfs") -> None:
        self.kind = kind
        self._contents = contents

    def files(self) -> Mapping[str, File]:
        return self._contents()

    def directories(self) -> Mapping[str, int]:
        found = {""}
        for name in self._contents():
            while name := posixpath.dirname(name):
                found.add(name)
        return dict.fromkeys(found, 0o777)


@dataclass(frozen=True, slots=True)
class Mount:
    """``below`` is the part of the tree that shows at ``directory``."""

    directory: str
    tree: Tree | View
    below: str = ""
    read_only: bool = False

    def holds(self, path: str) -> bool:
        return self.directory == "/" or path == self.directory or path.startswith(self.directory + "/")

    def name(self, path: str) -> str:
        """Where ``path`` is in the tree."""
        return posixpath.join(self.below, path[len(self.directory) :].lstrip("/")).rstrip("/")

    def writable(self, path: str) -> Tree:
        """The tree. Raises OSError, for ``path``, where it may not be written to by this way."""
        if self.read_only or isinstance(self.tree, View):
            raise OSError(30, "Read-only file system", path)
        return self.tree

    def shown(self) -> Iterable[str]:
        """The absolute paths of what is in it."""
        prefix = f"{self.below}/" if self.below else ""
        for name in (*self.tree.files(), *self.tree.directories()):
            if name == self.below:
                yield self.directory
            elif name.startswith(prefix):
                yield posixpath.join(self.directory, name[len(prefix) :])
