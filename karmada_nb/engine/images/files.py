"""What a container sees of files: an image's own, and volumes over them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Final

from karmada_nb.engine.images.trees import File, Mount, Tree, View

_DIRECTORIES: Final = ("/bin", "/dev", "/etc", "/home", "/proc", "/root", "/tmp", "/usr", "/var")


class Files:
    """Absolute paths. Methods that fail raise OSError with the text that tools print."""

    def __init__(self, contents: Mapping[str, bytes] | None = None, *, read_only: bool = False) -> None:
        root = Tree({path.lstrip("/"): data for path, data in (contents or {}).items()}, kind="overlay")
        for directory in _DIRECTORIES:
            root.make(directory.lstrip("/"), 0o1777 if directory == "/tmp" else 0o755)
        self._root = root
        self._mounts = [Mount("/", root, read_only=read_only)]

    def mount(self, directory: str, tree: Tree | View, *, below: str = "", read_only: bool = False) -> None:
        """Show ``tree``, or what it has ``below`` a path, at ``directory``."""
        directory, below = posixpath.normpath(directory), below.strip("/")
        self._mounts.append(Mount(directory, tree, below, read_only))
        self._mounts.sort(key=lambda m: len(m.directory), reverse=True)

    def provide(self, path: str, data: bytes) -> None:
        """A file of the container's own that the node puts there, whoever else may write."""
        self._root.put(posixpath.normpath(path).lstrip("/"), File(data))

    def read(self, path: str) -> bytes:
        return self._file(path).data

    def write(self, path: str, data: bytes, *, append: bool = False, mode: int = 0o644) -> None:
        """``mode`` is for a file that is new."""
        path = posixpath.normpath(path)
        if path == "/dev/null":
            return
        if self.is_directory(path):
            raise IsADirectoryError(21, "Is a directory", path)
        if not self.is_directory(posixpath.dirname(path)):
            raise FileNotFoundError(2, "No such file or directory", path)
        mount, name = self._place(path)
        before = mount.tree.files().get(name)
        if before is not None:
            data, mode = (before.data if append else b"") + data, before.mode
        mount.writable(path).put(name, File(data, mode))

    def remove(self, path: str) -> None:
        """A file, or a directory with nothing in it."""
        path = posixpath.normpath(path)
        if self.is_directory(path) and self.entries(path):
            raise OSError(39, "Directory not empty", path)
        mount, name = self._place(path)
        if not mount.writable(path).drop(name):
            raise FileNotFoundError(2, "No such file or directory", path)

    def make_directory(self, path: str, mode: int = 0o755) -> None:
        """Make a directory, and those above that are missing."""
        path = posixpath.normpath(path)
        if self._look(path) is not None:
            raise FileExistsError(17, "File exists", path)
        if not self.is_directory(path):
            mount, name = self._place(path)
            mount.writable(path).make(name, mode)

    def exists(self, path: str) -> bool:
        return self._look(posixpath.normpath(path)) is not None or self.is_directory(path)

    def is_directory(self, path: str) -> bool:
        path = posixpath.normpath(path)
        mount, name = self._place(path)
        if name in mount.tree.directories() and name not in mount.tree.files():
            return True
        return any(m.directory.startswith(path.rstrip("/") + "/") for m in self._mounts)

    def entries(self, path: str) -> list[str]:
        """The names in a directory, sorted; or the path itself for a file."""
        path = posixpath.normpath(path)
        if self._look(path) is not None:
            return [path]
        if not self.is_directory(path):
            raise FileNotFoundError(2, "No such file or directory", path)
        prefix = path.rstrip("/") + "/"
        mount, _ = self._place(path)
        below = [*mount.shown(), *(m.directory for m in self._mounts)]
        return sorted({p[len(prefix) :].split("/")[0] for p in below if p.startswith(prefix)} - {""})

    def mode(self, path: str) -> int:
        """Permission bits of a file or a directory."""
        path = posixpath.normpath(path)
        mount, name = self._place(path)
        if self.is_directory(path):
            return mount.tree.directories().get(name, 0o755)
        return self._file(path).mode

    def permit(self, path: str, mode: int) -> None:
        """Set permission bits."""
        self.mode(path)
        mount, name = self._place(posixpath.normpath(path))
        mount.writable(path).permit(name, mode)

    def kind(self, path: str) -> str:
        """The type of the file system that a path is on."""
        return self._place(posixpath.normpath(path))[0].tree.kind

    def paths(self) -> Iterable[str]:
        """Every file there is."""
        for mount in self._mounts:
            yield from (path for path in mount.shown() if self._look(path) is not None)

    def _file(self, path: str) -> File:
        found = self._look(posixpath.normpath(path))
        if found is not None:
            return found
        if self.is_directory(path):
            raise IsADirectoryError(21, "Is a directory", path)
        raise FileNotFoundError(2, "No such file or directory", path)

    def _look(self, path: str) -> File | None:
        if path == "/dev/null":
            return File()
        mount, name = self._place(path)
        return mount.tree.files().get(name)

    def _place(self, path: str) -> tuple[Mount, str]:
        """Where a path is, and its name there: the deepest mount has it."""
        mount = next(m for m in self._mounts if m.holds(path))
        return mount, mount.name(path)
