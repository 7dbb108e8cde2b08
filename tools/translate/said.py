"""What the package says to its readers, found in its source: every text that it hands on to be said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

from IPython.core.inputtransformer2 import TransformerManager

from karmada_nb.checks.exercises import EXERCISES
from karmada_nb.checks.verdict import Outcome
from karmada_nb.frames import STATUSES
from tools.translate.catalogue import ROOT, names, read_notebook

PACKAGE: Final = ROOT / "karmada_nb"
ERRORS: Final = frozenset(
    {"BackendError", "LabError", "ManifestError", "Timeout", "ToolMissing", "Unreachable"}
)
SAYING: Final = ERRORS | {"say", "word", "right", "wrong", "not_attempted", "Drill", "line"}
"""What is called with a sentence, and says it now or later."""
SHOWING: Final = frozenset({"echo", "BadParameter", "ClickException", "UsageError", "print", "warn"})
"""What shows a text as it is, so that it must have been said already."""
_HANDING_ON: Final = (
    "backends/embedded.py",
    "backends/k3d.py",
    "charts/chart.py",
    "charts/objects.py",
    "charts/seats.py",
    "checks/predictions.py",
    "checks/verdict.py",
    "cli/lab.py",
    "drills/calling.py",
    "language/__init__.py",
    "karmadactl/absent.py",
    "karmadactl/placement_text.py",
    "lab.py",
    "opening.py",
    "learning/progress.py",
    "manifests.py",
    "waiting.py",
    "widgets/fleet.py",
)
"""Here sentences come from elsewhere: from the calls above, from the engine, or from tables of the module."""
_ENGINE: Final = PACKAGE / "engine"
_SCHEDULER: Final = _ENGINE / "karmada" / "scheduler"
_PROSE: Final = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")

Given = str | ast.expr
"""A text, or the expression that gives one which is not known before it runs."""


def sources() -> list[Path]:
    """The modules that speak to a reader."""
    return sorted(path for path in PACKAGE.rglob("*.py") if not path.is_relative_to(_ENGINE))


def said() -> dict[str, str]:
    """All sentences, and where each stands."""
    found = {text: place for place, text in (*handed(), *taught()) if isinstance(text, str)}
    hints = {hint: f"a hint of {name}" for name, exercise in EXERCISES.items() for hint in exercise.hints}
    found |= hints | dict.fromkeys(STATUSES, "a status of the chain")
    return found | dict.fromkeys(get_args(Outcome), "an outcome") | dict(_of_the_engine())


def handed() -> Iterator[tuple[str, Given]]:
    """Where something is handed on to be said, and what."""
    for path in sources():
        yield from handed_in(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))


def handed_in(name: str, source: str) -> Iterator[tuple[str, Given]]:
    """``handed`` of one module."""
    module = ast.parse(source)
    constants = _constants(module)
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        for given in _given(call, constants):
            if isinstance(given, str) or name not in _HANDING_ON:
                yield f"{name}:{call.lineno}", given


def taught() -> Iterator[tuple[str, Given]]:
    """What cells of the course hand on: to ``compare``, where a prediction was another, and to what waits."""
    for place, call in _cell_calls():
        match call:
            case ast.Call(func=ast.Name(id="compare"), args=[_, _, said, *_]):
                yield from ((place, text) for text in _texts(said, {}))
            case ast.Call(func=ast.Name(id="until"), args=[_, said, *_]):
                yield from ((place, text) for text in _texts(said, {}))
            case ast.Call(func=ast.Attribute(attr="wait"), args=[_, said, *_]) if not _is_parameter(said):
                yield from ((place, text) for text in _texts(said, {}))


def _is_parameter(node: ast.expr) -> bool:
    """Whether a cell's own ``until`` hands on what it was given."""
    return isinstance(node, ast.Name)


def _cell_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the course's cells, and in the solutions that readers run in cells of their own."""
    cells = [(f"{name}, cell {cell.id}", cell) for name in names() for cell in read_notebook(name).cells]
    sources = [(place, cell.source) for place, cell in cells if cell.cell_type == "code"]
    sources += [(f"the solution of {name}", exercise.solution) for name, exercise in EXERCISES.items()]
    for place, source in sources:
        for node in ast.walk(ast.parse(TransformerManager().transform_cell(source))):
            if isinstance(node, ast.Call):
                yield place, node


def shown() -> Iterator[tuple[str, str]]:
    """Where a text is shown that nobody has said in the reader's language."""
    for path in sources():
        yield from shown_in(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
    for place, call in _cell_calls():
        if _name(call) == "print":
            yield from _unsaid(place, call)


def shown_in(name: str, source: str) -> Iterator[tuple[str, str]]:
    """``shown`` of one module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node) in SHOWING:
            yield from _unsaid(f"{name}:{node.lineno}", node)
        elif isinstance(node, ast.keyword) and node.arg == "hint" and _PROSE.search(_skeleton(node.value)):
            # karmadactl speaks in Karmada's words; what it adds to them is ours.
            yield f"{name}:{node.value.lineno}", _skeleton(node.value)


def _unsaid(place: str, call: ast.Call) -> Iterator[tuple[str, str]]:
    yield from ((place, text) for text in map(_skeleton, call.args[:1]) if _PROSE.search(text))


def literals() -> set[object]:
    """Every text in the package: one of them may be said by a name that only a run knows."""
    return {
        node.value
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _given(call: ast.Call, constants: dict[str, str]) -> Iterator[Given]:
    """What a call says: its first argument, or the second of ``wait``."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "wait" and len(call.args) > 1:
        yield from _texts(call.args[1], constants)
    elif isinstance(call.func, ast.Name) and call.func.id in SAYING:
        given = call.args[0] if call.args else call.keywords[0].value
        if call.func.id not in ERRORS or not _is_said(given):
            yield from _texts(given, constants)


def _is_said(node: ast.expr) -> bool:
    """Whether an error takes over what others said: ``str(error)``, ``f"{told}. {hint}"``."""
    return isinstance(node, ast.Call | ast.JoinedStr) and not _PROSE.search(_skeleton(node))


def _texts(node: ast.expr, constants: dict[str, str]) -> Iterator[Given]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one, constants), *_texts(other, constants))
        case ast.BoolOp(values=values):
            yield from (text for value in values for text in _texts(value, constants))
        case ast.Call(func=ast.Name(id="say")):
            return
        case _:
            yield node


def _skeleton(node: ast.expr) -> str:
    """What an expression shows whatever its values are."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Call(func=ast.Attribute(value=inner)):
            return _skeleton(inner)
        case ast.JoinedStr(values=parts):
            return "{}".join(_skeleton(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return f"{_skeleton(left)}{_skeleton(right)}"
    return ""


def _of_the_engine() -> Iterator[tuple[str, str]]:
    """What the engine gives to be said: why a replica goes where, why the scheduler acts, what starts."""
    for name in ("explain_seats.py", "explain.py"):
        module = ast.parse((_SCHEDULER / name).read_text(encoding="utf-8"))
        yield from ((text, f"a reason in {name}") for text in _constants(module).values())
    flow = ast.parse((_SCHEDULER / "flow.py").read_text(encoding="utf-8"))
    for function in flow.body:
        if isinstance(function, ast.FunctionDef) and function.name == "why_schedule":
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and node.value.value:
                    yield str(node.value.value), "a reason to schedule"
    for name in ("state.py", "setup.py", "server.py"):
        module = ast.parse((_ENGINE / name).read_text(encoding="utf-8"))
        if name == "server.py":
            yield from ((text, f"why {name} fails") for text in _constants(module).values())
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _name(node) in ("step", "told", "StateError"):
                yield from (
                    (text, f"a step of {name}") for text in _texts(node.args[0], {}) if isinstance(text, str)
                )


def _constants(module: ast.Module) -> dict[str, str]:
    """The texts that a module has under a name."""
    return {
        node.target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
