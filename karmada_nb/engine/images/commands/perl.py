"""``perl`` as the manifests of Jobs use it: printing pi to so many digits, or a piece of text."""

from __future__ import annotations

import re
from typing import Final

from karmada_nb.engine.images.process import Process

_PI: Final = re.compile(r"\s*print\s+bpi\((\d+)\)\s*;?\s*")
_TEXT: Final = re.compile(r"\s*print\s+(?:\"([^\"$@]*)\"|'([^']*)'|(\d+))\s*;?\s*")
_GUARD: Final = 10


async def perl(process: Process) -> int:
    """``perl -Mbignum=bpi -wle 'print bpi(2000)'``; other programs end with 255 and a word of why."""
    flags = "".join(arg[1:] for arg in process.args if arg.startswith("-") and not arg.startswith("-M"))
    programs = [arg for arg in process.args if not arg.startswith("-")]
    if "e" not in flags or len(programs) != 1:
        await process.err("perl: expected a program after -e, this perl runs no files\n")
        return 255
    found = printed(programs[0])
    if found is None:
        await process.err("perl: expected print of a text or of bpi(digits), this perl knows no more\n")
        return 255
    await process.out(found + ("\n" if "l" in flags else ""))
    return 0


def printed(program: str) -> str | None:
    """What a program of one ``print`` prints; None for any other."""
    digits = _PI.fullmatch(program)
    if digits is not None:
        return pi(int(digits[1]))
    text = _TEXT.fullmatch(program)
    return None if text is None else next(group for group in text.groups() if group is not None)


def pi(digits: int) -> str:
    """Pi rounded to so many significant digits, by Machin's formula."""
    unit = 10 ** (digits + _GUARD)
    value = 4 * (4 * _arctan_of_inverse(5, unit) - _arctan_of_inverse(239, unit))
    rounded = (value + 5 * 10**_GUARD) // 10 ** (_GUARD + 1)
    text = str(rounded)
    return text if digits <= 1 else f"{text[0]}.{text[1:]}"


def _arctan_of_inverse(x: int, unit: int) -> int:
    power = total = unit // x
    divisor, sign = 3, -1
    while power:
        power //= x * x
        total += sign * (power // divisor)
        divisor, sign = divisor + 2, -sign
    return total
