"""What the package says to its readers: every sentence that its code hands to ``say``, and the hints."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from typing import Final, get_args

import yaml

from karmada_nb.checks.exercises import EXERCISES
from karmada_nb.checks.verdict import Outcome
from tools.translate.catalogue import ROOT

PACKAGE: Final = ROOT / "karmada_nb"
PAIRS: Final = PACKAGE / "language" / "zh"
SAYING: Final = frozenset({"say", "right", "wrong", "not_attempted"})
_HANDING_ON: Final = "checks/verdict.py"


def said() -> dict[str, str]:
    """All sentences, and where each stands."""
    found = {text: place for place, text in _handed() if isinstance(text, str)}
    hints = {hint: f"a hint of {name}" for name, exercise in EXERCISES.items() for hint in exercise.hints}
    return found | hints | dict.fromkeys(get_args(Outcome), "an outcome")


def _handed() -> Iterator[tuple[str, object]]:
    """Where something is handed to ``say``, and what: a text, or the node of an expression."""
    for path in sorted(set(PACKAGE.rglob("*.py")) - set((PACKAGE / "engine").rglob("*.py"))):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                given = node.args[0]
                if isinstance(given, ast.Constant) or name != _HANDING_ON:
                    yield f"{name}:{node.lineno}", given.value if isinstance(given, ast.Constant) else given


def pairs() -> Iterator[tuple[str, str, str]]:
    """Every translation: its file, the English, the Chinese."""
    for path in sorted(PAIRS.glob("*.yaml")):
        for pair in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            yield path.name, pair["en"], pair["zh"]


def sentence_faults() -> Iterator[str]:
    """What ``--check`` says of the sentences, a line each."""
    for place, given in _handed():
        if isinstance(given, ast.AST):
            yield f"{place}: expected a text to look up, found {ast.unparse(given)}"
    places, translated = said(), dict[str, str]()
    for file, english, chinese in pairs():
        if english in translated:
            yield f"language/zh/{file}: given twice: {english!r}"
        if english not in places:
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
