"""A JavaScript context for one pipy: bounded calls in, effects out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import orjson
import quickjs

from karmada_nb.engine.images.pipy.script import translate

SECONDS: Final = 0.5
"""CPU time that one call may take."""
MEMORY: Final = 64 * 1024 * 1024
JOBS: Final = 10_000
"""Promise reactions that may follow one call."""

_PARTS: Final = ("data", "http", "algo", "pipeline", "filters", "config", "host")

_OFFSET: Final = 5000
"""Lines before the library's first one, which tells its frames from the script's."""
_REMEMBERED: Final = 64

Effect = list[Any]

_starts: Final[dict[str, list[Effect]]] = {}
"""What the start of a script wanted, for those that looked at nothing outside while they started."""


class ScriptError(Exception):
    """A script that cannot run; ``lines`` is what pipy logs about it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


class Exhausted(Exception):
    """A call went over its limit of time or memory; the context is of no more use."""


@lru_cache(maxsize=1)
def _library() -> str:
    folder = resources.files(__package__) / "js"
    parts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in _PARTS]
    return "\n" * _OFFSET + "(() => {\n" + "\n".join(parts) + "\n})()"


class Engine:
    """``files`` are what ``os.readFile`` and ``pipy.load`` find: absolute path to bytes."""

    def __init__(
        self, source: str, name: str, environment: Mapping[str, str], files: Mapping[str, bytes]
    ) -> None:
        self._source = source
        self._name = name
        self._environment = dict(environment)
        self._files = {path: data.decode("latin-1") for path, data in files.items()}
        self._context: Any = None

    def start(self) -> list[Effect]:
        """Run the script; what it wants. Raises ScriptError, Exhausted.

        A script that only listens has nothing to keep between its start and the first connection: it lets
        go of its context and starts over then. The start of one that looked at neither environment nor
        files is the same for every pod, and done once.
        """
        known = _starts.get(self._source)
        if known is not None:
            return known
        effects = self._run()
        if all(effect[0] in ("listen", "log", "print") for effect in effects):
            if not self._context.get("__touched")():
                while len(_starts) >= _REMEMBERED:
                    del _starts[next(iter(_starts))]
                _starts[self._source] = effects
            self._context = None
        return effects

    def _run(self) -> list[Effect]:
        script = translate(self._source)
        context = quickjs.Context()
        context.set_memory_limit(MEMORY)
        context.set_time_limit(SECONDS)
        context.eval(_library())
        setup = [self._environment, self._files, script.variables]
        context.eval(f"__begin(...{orjson.dumps(setup).decode()})")
        self._context = context
        try:
            context.set("__source", script.text)
            return self._settle(context.eval("__finish((0, eval)(__source))"))
        except quickjs.JSException as error:
            raise self._explain(str(error)) from None

    def call(self, event: str, *args: Any) -> list[Effect]:
        """Tell the script of an event; what it wants. Raises Exhausted."""
        if self._context is None:
            self._run()
        text = orjson.dumps([event, *args]).decode()
        try:
            return self._settle(self._context.get("__event")(text))
        except quickjs.JSException as error:
            raise Exhausted(str(error).split("\n")[0]) from None

    def _settle(self, answer: str) -> list[Effect]:
        """The effects of a call and of the promises it kept."""
        effects: list[Effect] = orjson.loads(answer)
        for _ in range(JOBS):
            if not self._context.execute_pending_job():
                break
        else:
            raise Exhausted("promises without end")
        more: list[Effect] = orjson.loads(self._context.get("__event")('["idle"]'))
        return effects + more

    def _explain(self, text: str) -> ScriptError | Exhausted:
        """pipy's words for what the engine reported."""
        head, *trace = [line.strip() for line in text.strip().split("\n")]
        if head.startswith("InternalError"):
            return Exhausted(head)
        frames = []
        for item in trace:
            if "eval (native)" in item:
                break
            match = re.fullmatch(r"at (?:(.*) \()?<input>:(\d+):(\d+)\)?", item)
            if match and int(match[2]) <= _OFFSET:
                frames.append((match[1] or "(root)", int(match[2]), int(match[3])))
        place = frames[0][1:] if frames else None
        line, column = place or (0, 0)
        shown = self._source.split("\n")
        lines = []
        if 0 < line <= len(shown):
            mark = " " * (len(str(line)) + 3 + column - 1) + "^"
            lines += [
                f"[pjs] File {self._name}:",
                f"[pjs] Line {line}:  {shown[line - 1]}",
                f"[pjs]      {mark}",
            ]
        kind, _, message = head.partition(": ")
        if kind == "SyntaxError":
            where = f" at line {line} column {column} in {self._name}"
            return ScriptError([*lines, f"[pjs] Syntax error: {message}{where}"])
        backtrace = [
            f"    In {'(root)' if name == '<eval>' else name} at line {row} column {at} in {self._name}"
            for name, row, at in frames
        ]
        return ScriptError([*lines, f"[pjs] Error: {message or head}", "[pjs] Backtrace:", *backtrace])
