"""Small filters of lines: ``cut``, ``tr``, ``sed``, ``awk`` and kin, as far as scripts commonly use them."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from karmada_nb.engine.images.commands.basic import inputs, unescape
from karmada_nb.engine.images.process import Commands, Process

_CLASSES: Final = {
    "[:upper:]": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "[:lower:]": "abcdefghijklmnopqrstuvwxyz",
    "[:digit:]": "0123456789",
    "[:space:]": " \t\n\r\v\f",
}
_SED: Final = re.compile(r"(?:(\d+|\$|/(?:[^/\\]|\\.)*/))?(?:(s)(.)|([pd]))(.*)", re.DOTALL)


async def _text(process: Process, names: tuple[str, ...]) -> str:
    return b"".join([chunk async for chunk in inputs(process, names)]).decode(errors="replace")


async def cut(process: Process) -> int:
    mark, fields, characters, names = "\t", "", "", []
    queue = list(process.args)
    while queue:
        word = queue.pop(0)
        match word[:2]:
            case "-d":
                mark = word[2:] or queue.pop(0)
            case "-f":
                fields = word[2:] or queue.pop(0)
            case "-c" | "-b":
                characters = word[2:] or queue.pop(0)
            case _:
                names.append(word)
    for line in (await _text(process, tuple(names))).splitlines():
        parts = list(line) if characters else line.split(mark)
        joint = "" if characters else mark
        chosen = [p for n, p in enumerate(parts, 1) if _within(n, characters or fields)]
        await process.out((joint.join(chosen) if characters or len(parts) > 1 else line) + "\n")
    return 0


def _within(number: int, ranges: str) -> bool:
    """Whether a list like ``1,3-5,7-`` has a number."""
    for item in ranges.split(","):
        low, dash, high = item.partition("-")
        if number == int(low or 0) or (dash and int(low or 1) <= number <= int(high or number)):
            return True
    return False


async def tr(process: Process) -> int:
    flags = "".join(a[1:] for a in process.args if a.startswith("-") and len(a) > 1)
    sets = [_characters(a) for a in process.args if not a.startswith("-") or a == "-"]
    text = await _text(process, ())
    if "d" in flags:
        await process.out(text.translate({ord(c): None for c in sets[0]}))
        return 0
    squeezed = sets[-1] if "s" in flags else ""
    if len(sets) > 1:
        other = sets[1].ljust(len(sets[0]), sets[1][-1:])
        text = text.translate({ord(a): b for a, b in zip(sets[0], other, strict=False)})
    if squeezed:
        text = re.sub(f"([{re.escape(squeezed)}])\\1+", r"\1", text)
    await process.out(text)
    return 0


def _characters(text: str) -> str:
    for name, members in _CLASSES.items():
        text = text.replace(name, members)
    return re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), unescape(text))


async def sed(process: Process) -> int:
    """``s``, ``p`` and ``d`` with an address; ``-n``, ``-e``, ``-E``. Others are unsupported, and told so."""
    scripts: list[str] = []
    words: list[str] = []
    quiet = extended = False
    queue = list(process.args)
    while queue:
        word = queue.pop(0)
        match word:
            case "-n":
                quiet = True
            case "-E" | "-r":
                extended = True
            case "-e":
                scripts.append(queue.pop(0))
            case _:
                words.append(word)
    if not scripts:
        scripts.append(words.pop(0))
    commands = [
        _SED.fullmatch(part.strip()) for script in scripts for part in script.split(";") if part.strip()
    ]
    if not all(commands):
        await process.err("sed: unsupported command\n")
        return 1
    lines = (await _text(process, tuple(words))).splitlines()
    for number, line in enumerate(lines, 1):
        kept, printed = line, []
        gone = False
        for command in commands:
            assert command is not None
            if not _addressed(command[1], number, kept, last=number == len(lines)):
                continue
            if command[2]:
                kept, changed = _substituted(kept, command[3], command[5], extended)
                if changed and "p" in command[5].rpartition(command[3])[2]:
                    printed.append(kept)
            elif command[4] == "p":
                printed.append(kept)
            else:
                gone = True
                break
        out = [*printed, *([] if quiet or gone else [kept])]
        await process.out("".join(f"{text}\n" for text in out))
    return 0


def _addressed(address: str | None, number: int, line: str, *, last: bool) -> bool:
    if not address:
        return True
    if address == "$":
        return last
    if address.isdigit():
        return int(address) == number
    return re.search(_pattern(address[1:-1], extended=False), line) is not None


def _substituted(line: str, mark: str, rest: str, extended: bool) -> tuple[str, bool]:
    parts = re.split(rf"(?<!\\){re.escape(mark)}", rest)
    if len(parts) != 3:
        raise ValueError("unterminated 's' command")
    other = re.sub(r"(?<!\\)&", r"\\g<0>", parts[1]).replace("\\&", "&").replace(f"\\{mark}", mark)
    flags = re.IGNORECASE if "i" in parts[2].lower() else 0
    pattern = _pattern(parts[0].replace(f"\\{mark}", mark), extended)
    text, count = re.subn(pattern, other, line, count=0 if "g" in parts[2] else 1, flags=flags)
    return text, count > 0


def _pattern(text: str, extended: bool) -> str:
    """A regular expression of POSIX as one of Python's."""
    if extended:
        return text
    return re.sub(r"\\([(){}+?|])|([(){}+?|])", lambda m: m[1] or f"\\{m[2]}", text)


async def basename(process: Process) -> int:
    name = posixpath.basename(process.args[0].rstrip("/")) or "/"
    suffix = process.args[1] if len(process.args) > 1 else ""
    await process.out((name.removesuffix(suffix) if name != suffix else name) + "\n")
    return 0


async def dirname(process: Process) -> int:
    await process.out((posixpath.dirname(process.args[0].rstrip("/")) or ".") + "\n")
    return 0


FILTERS: Final[Commands] = {"cut": cut, "tr": tr, "sed": sed, "basename": basename, "dirname": dirname}
