"""``karmada-nb tutorial``: the whole course, run from first to last, as papermill runs notebooks."""

import os
import re
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from karmada_nb.language import LANGUAGES, VARIABLE, of_folder, say

_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
CELL_SECONDS: Final = 180


@dataclass(frozen=True, slots=True)
class Failure:
    """The cell that stopped a notebook."""

    cell: str
    source: str
    error: str

    def __str__(self) -> str:
        code = "\n".join(f"    {line}" for line in self.source.splitlines())
        return f"  {say('cell {cell}', cell=self.cell)}\n{code}\n  {self.error}"


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"))
@click.option("--notebook", "chosen", multiple=True, help="Only this one, by its name; may be repeated.")
@click.option(
    "--notebooks-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the notebooks are. [default: notebooks, here or beside the package]",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Which course."
)
@click.option("-p", "--parameter", nargs=2, multiple=True, help="NAME VALUE: a parameter for every notebook.")
def tutorial(
    out: Path,
    chosen: Sequence[str],
    notebooks_dir: Path | None,
    language: str,
    parameter: Sequence[tuple[str, str]],
) -> None:
    """Run every notebook of the course and keep the results. Exits with 1 if one fails."""
    folder = find_notebooks(notebooks_dir, language)
    os.environ.setdefault(VARIABLE, of_folder(folder))
    notebooks = choose(sorted(folder.glob("*.ipynb")), chosen)
    out.mkdir(parents=True, exist_ok=True)
    labs = out.absolute() / ".lab"
    os.environ |= {
        "KARMADA_NB_STATE": str(labs),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    click.echo(say("Running {count} notebooks of {folder}", count=len(notebooks), folder=folder))
    failures: dict[str, Failure] = {}
    try:
        for notebook in notebooks:
            began = time.monotonic()
            failure = run(notebook, out / notebook.name, dict(parameter))
            said = say("failed") if failure else say("ok")
            click.echo(f"{notebook.stem:<40} {said:<7} {time.monotonic() - began:5.1f} s")
            if failure:
                failures[notebook.stem] = failure
    finally:
        _stop([labs, labs.with_name(f"{labs.name}-current")])
    _tell(out, failures, len(notebooks))
    sys.exit(1 if failures else 0)


def find_notebooks(folder: Path | None, language: str) -> Path:
    """The course's folder in a language. Raises ClickException if there is none."""
    roots = [folder] if folder else [Path.cwd() / "notebooks", Path(__file__).parents[2] / "notebooks"]
    places = roots if language == "en" else [root / language for root in roots]
    for place in places:
        if any(place.glob("*.ipynb")):
            return place
    raise click.ClickException(
        say(
            "expected notebooks in {places}, found none. Say where they are with --notebooks-dir",
            places=say(" or ").join(map(str, places)),
        )
    )


def choose(notebooks: Sequence[Path], wanted: Sequence[str]) -> list[Path]:
    """Those asked for, all by default. Raises ClickException for a name that none has."""
    if not wanted:
        return list(notebooks)
    known = {path.stem: path for path in notebooks}
    names = [Path(name).name.removesuffix(".ipynb") for name in wanted]
    missing = [name for name in names if name not in known]
    if missing:
        found = {"known": ", ".join(known), "name": ", ".join(missing)}
        raise click.ClickException(say("expected one of {known}, found {name}", **found))
    return [known[name] for name in names]


def run(notebook: Path, result: Path, parameters: dict[str, Any]) -> Failure | None:
    """Run one notebook with a progress bar, and keep what it shows; the failure, if a cell fails."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    # Sockets in the file system where there are any: nobody else on the machine can talk to the kernel.
    transport = Config() if os.name == "nt" else Config({"KernelManager": {"transport": "ipc"}})
    try:
        papermill.execute_notebook(
            str(notebook),
            str(result),
            parameters=parameters,
            kernel_name="python3",
            progress_bar={"desc": notebook.stem, "leave": False, "disable": None},
            cwd=str(notebook.parent),
            execution_timeout=CELL_SECONDS,
            config=transport,
        )
    except PapermillExecutionError as error:
        said = f"{error.ename}: {_COLOUR.sub('', str(error.evalue))}"
        return Failure(f"In [{error.exec_count}]", error.source, said)
    except (CellTimeoutError, DeadKernelError) as error:
        return Failure(say("that ran last"), "", f"{type(error).__name__}: {_COLOUR.sub('', str(error))}")
    return None


def _stop(labs: Iterable[Path]) -> None:
    from karmada_nb.backends.embedded import Embedded

    for folder in labs:
        if folder.exists():
            Embedded(folder).down()


def _tell(out: Path, failures: dict[str, Failure], count: int) -> None:
    click.echo("")
    for name, failure in failures.items():
        click.echo(say("{name} failed in\n{failure}\n", name=name, failure=failure), err=True)
    good = count - len(failures)
    ended = {"good": good, "count": count, "out": out}
    click.echo(say("{good} of {count} notebooks ran to the end. The results are in {out}/", **ended))
    command = f"{Path(sys.executable).parent / 'jupyter'} lab {out}"
    click.echo(say("To read them: {command}", command=command))
