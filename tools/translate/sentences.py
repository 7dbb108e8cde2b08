"""What is wrong with the translations of what the package says to its readers."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from typing import Final

import yaml

from tools.translate.said import PACKAGE, handed, literals, said, shown, taught

PAIRS: Final = PACKAGE / "language" / "zh"


def pairs() -> Iterator[tuple[str, str, str]]:
    """Every translation: its file, the English, the Chinese."""
    for path in sorted(PAIRS.glob("*.yaml")):
        for pair in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            yield path.name, pair["en"], pair["zh"]


def sentence_faults() -> Iterator[str]:
    """What ``--check`` says of the sentences, a line each."""
    for place, given in (*handed(), *taught()):
        if isinstance(given, ast.AST):
            yield f"{place}: expected a text to look up, found {ast.unparse(given)}"
    for place, text in shown():
        yield f"{place}: expected what say() gives, found {text!r}"
    places, known, translated = said(), literals(), dict[str, str]()
    for file, english, chinese in pairs():
        if translated.get(english, chinese) != chinese:
            yield f"language/zh/{file}: given twice, and not alike: {english!r}"
        if english not in places and english not in known:
            yield f"language/zh/{file}: nothing says {english!r}"
        if placeholders(english) != placeholders(chinese):
            yield f"language/zh/{file}: other values in {chinese!r} than in {english!r}"
        translated[english] = chinese
    yield from (
        f"{place}: lacks a translation: {text!r}" for text, place in places.items() if text not in translated
    )


def placeholders(text: str) -> set[str]:
    """The names of the values that a sentence wants."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
