"""The command line of curl."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_FLAGS: Final = {
    "s": "silent",
    "S": "show-error",
    "v": "verbose",
    "i": "include",
    "I": "head",
    "f": "fail",
    "k": "insecure",
    "L": "location",
    "O": "remote-name",
    "G": "get",
    "N": "no-buffer",
    "4": "ipv4",
    "6": "ipv6",
    "g": "globoff",
    "q": "disable",
    "#": "progress-bar",
    "V": "version",
    "h": "help",
    "0": "http1.0",
    "": "fail-with-body compressed http1.1 http2 no-progress-meter retry-connrefused retry-all-errors "
    "path-as-is no-keepalive",
}
_VALUES: Final = {
    "o": "output",
    "w": "write-out",
    "X": "request",
    "d": "data",
    "H": "header",
    "m": "max-time",
    "A": "user-agent",
    "e": "referer",
    "u": "user",
    "b": "cookie",
    "T": "upload-file",
    "x": "proxy",
    "": "connect-timeout retry retry-delay retry-max-time data-raw data-binary data-urlencode json url "
    "max-redirs interface resolve cacert cert key noproxy",
}
_FLAG_NAMES: Final = {*(v for k, v in _FLAGS.items() if k), *_FLAGS[""].split()}
_VALUE_NAMES: Final = {*(v for k, v in _VALUES.items() if k), *_VALUES[""].split()}


class BadOption(Exception):
    """The message after ``curl: ``."""


@dataclass(slots=True)
class Options:
    """``values`` keeps every value of an option in order."""

    urls: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)

    def on(self, flag: str) -> bool:
        return flag in self.flags

    def last(self, name: str) -> str | None:
        found = self.values.get(name)
        return found[-1] if found else None

    def seconds(self, name: str) -> float | None:
        text = self.last(name)
        if text is None:
            return None
        try:
            return float(text) or None
        except ValueError:
            raise BadOption(f"option --{name}: expected a proper numerical parameter") from None

    def number(self, name: str, default: int) -> int:
        return int(self.seconds(name) or 0) if name in self.values else default

    @property
    def body(self) -> str | None:
        """The request body that ``-d`` and its kin make."""
        if "json" in self.values:
            return "".join(self.values["json"])
        parts = [
            v
            for name in ("data", "data-raw", "data-binary", "data-urlencode")
            for v in self.values.get(name, ())
        ]
        return "&".join(parts) if parts else None


def parse(args: tuple[str, ...]) -> Options:
    """Raises BadOption."""
    options = Options()
    queue = list(args)
    while queue:
        arg = queue.pop(0)
        if arg.startswith("--") and len(arg) > 2:
            _long(options, arg[2:], queue)
        elif arg.startswith("-") and len(arg) > 1:
            _short(options, arg[1:], queue)
        else:
            options.urls.append(arg)
    options.urls += options.values.pop("url", [])
    return options


def _long(options: Options, name: str, queue: list[str]) -> None:
    if name in _FLAG_NAMES:
        options.flags.add(name)
    elif name in _VALUE_NAMES:
        if not queue:
            raise BadOption(f"option --{name}: requires parameter")
        options.values.setdefault(name, []).append(queue.pop(0))
    elif name.startswith("no-") and name[3:] in _FLAG_NAMES:
        options.flags.discard(name[3:])
    else:
        raise BadOption(f"option --{name}: is unknown")


def _short(options: Options, letters: str, queue: list[str]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in _FLAGS:
            options.flags.add(_FLAGS[letter])
        elif letter in _VALUES:
            if not letters and not queue:
                raise BadOption(f"option -{letter}: requires parameter")
            options.values.setdefault(_VALUES[letter], []).append(letters or queue.pop(0))
            return
        else:
            raise BadOption(f"option -{letter}: is unknown")
