"""Who a process is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ROOT: Final = "root"
_NUMBERS: Final = {"root": (0, 0), "curl_user": (100, 101), "nobody": (65534, 65534), "nginx": (101, 101)}
_GROUPS: Final = {0: "root", 101: "curl_group"}
_FIRST: Final = 1000


@dataclass(frozen=True, slots=True)
class User:
    """``name`` as the image has it, or digits for a user that it does not know. ``group`` is its first group,
    where a pod asks for another than the image's; ``groups`` are further ones.
    ``administers`` says whether it may change its network, ``gains`` whether
    a program of another user's may give it that one's rights.
    """

    name: str = _ROOT
    group: int | None = None
    groups: tuple[int, ...] = ()
    administers: bool = False
    gains: bool = True

    @property
    def known(self) -> bool:
        """Whether the number has a name."""
        return not self.name.isdigit()

    @property
    def root(self) -> bool:
        return self.uid == 0

    @property
    def uid(self) -> int:
        return _NUMBERS.get(self.name, (_FIRST, _FIRST))[0] if self.known else int(self.name)

    @property
    def gid(self) -> int:
        """The first group; that of root, for a user whom the image does not know."""
        if self.group is not None:
            return self.group
        return _NUMBERS.get(self.name, (_FIRST, _FIRST))[1] if self.known else 0

    @property
    def all_groups(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((self.gid, *self.groups)))

    def shown(self) -> str:
        """As ``id`` prints it."""
        own = f"uid={self.uid}({self.name})" if self.known else f"uid={self.uid}"
        groups = ",".join(self._group(gid) for gid in self.all_groups)
        return f"{own} gid={self._group(self.gid)} groups={groups}"

    def _group(self, gid: int) -> str:
        named = {_NUMBERS.get(self.name, (_FIRST, _FIRST))[1]: self.name} if self.known else {}
        name = {**named, **_GROUPS}.get(gid)
        return f"{gid}({name})" if name else str(gid)
