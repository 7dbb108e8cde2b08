"""What the package says to its readers: every sentence that its code hands to ``say``, and the hints."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from typing import Final, get_args

import yaml
from IPython.core.inputtransformer2 import TransformerManager

from karmada_nb.checks.exercises import EXERCISES
from karmada_nb.checks.verdict import Outcome
from tools.translate.catalogue import ROOT, names, read_notebook

PACKAGE: Final = ROOT / "karmada_nb"
PAIRS: Final = PACKAGE / "language" / "zh"
SAYING: Final = frozenset({"say", "word", "right", "wrong", "not_attempted", "Drill"})
"""What is called with a sentence, and says it now or later."""
_HANDING_ON: Final = (
    "charts/chart.py",
    "charts/seats.py",
    "checks/predictions.py",
    "checks/verdict.py",
    "drills/calling.py",
    "learning/progress.py",
    "widgets/fleet.py",
)
"""Here sentences come from elsewhere: from the calls above, and from ``_REASONS``."""
_REASONS: Final = PACKAGE / "engine" / "karmada" / "scheduler" / "explain_seats.py"


def said() -> dict[str, str]:
    """All sentences, and where each stands."""
    found = {text: place for place, text in _handed() if isinstance(text, str)}
    hints = {hint: f"a hint of {name}" for name, exercise in EXERCISES.items() for hint in exercise.hints}
    reasons = _constants(ast.parse(_REASONS.read_text(encoding="utf-8"))) if _REASONS.exists() else {}
    return (
        found
        | hints
        | {text: place for place, text in _taught() if isinstance(text, str)}
        | dict.fromkeys(get_args(Outcome), "an outcome")
        | dict.fromkeys(reasons.values(), "a reason for a seat")
    )


def _handed() -> Iterator[tuple[str, object]]:
    """Where something is handed to ``say``, and what: a text, or the node of an expression."""
    for path in sorted(set(PACKAGE.rglob("*.py")) - set((PACKAGE / "engine").rglob("*.py"))):
        name = path.relative_to(PACKAGE).as_posix()
        module = ast.parse(path.read_text(encoding="utf-8"))
        constants = _constants(module)
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                given = node.args[0] if node.args else node.keywords[0].value
                text = _text(given, constants)
                if text is not None or name not in _HANDING_ON:
                    yield f"{name}:{node.lineno}", given if text is None else text


def _taught() -> Iterator[tuple[str, object]]:
    """What cells of the course hand to ``compare``, to be said where a prediction was another."""
    for name in names():
        for cell in read_notebook(name).cells:
            if cell.cell_type == "code" and "compare(" in cell.source:
                for node in ast.walk(ast.parse(TransformerManager().transform_cell(cell.source))):
                    match node:
                        case ast.Call(func=ast.Name(id="compare"), args=[_, _, said, *_]):
                            text = _text(said, {})
                            yield f"{name}, cell {cell.id}", said if text is None else text


def _literals() -> set[object]:
    """Every text in the package: one of them may be said by a name that only a run knows."""
    return {
        node.value
        for path in set(PACKAGE.rglob("*.py")) - set((PACKAGE / "engine").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _constants(module: ast.Module) -> dict[str, str]:
    """The texts that a module has under a name."""
    return {
        node.target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def _text(node: ast.expr, constants: dict[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return constants.get(name)
    return None


def pairs() -> Iterator[tuple[str, str, str]]:
    """Every translation: its file, the English, the Chinese."""
    for path in sorted(PAIRS.glob("*.yaml")):
        for pair in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            yield path.name, pair["en"], pair["zh"]


def sentence_faults() -> Iterator[str]:
    """What ``--check`` says of the sentences, a line each."""
    for place, given in (*_handed(), *_taught()):
        if isinstance(given, ast.AST):
            yield f"{place}: expected a text to look up, found {ast.unparse(given)}"
    places, literals, translated = said(), _literals(), dict[str, str]()
    for file, english, chinese in pairs():
        if translated.get(english, chinese) != chinese:
            yield f"language/zh/{file}: given twice, and not alike: {english!r}"
        if english not in places and english not in literals:
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
