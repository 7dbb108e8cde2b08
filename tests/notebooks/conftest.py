"""Running the course: every notebook in a kernel of its own, all against one lab."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import papermill
import pytest
from nbmake.nb_run import NotebookRun

from karmada_nb.backends.embedded import Embedded

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CELL_SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """A notebook after it ran: what each cell showed, by the cell's id."""

    outputs: dict[str, list[Any]]

    def text(self, cell: str) -> str:
        """What a cell printed or displayed, as text, without blanks at its ends."""
        found = ""
        for output in self.outputs[cell]:
            if output.output_type == "stream":
                found += output.text
            elif "text/plain" in output.get("data", {}):
                found += f"{output.data['text/plain']}\n"
        return found.strip()

    def found(self, cell: str) -> str:
        """What ``compare`` set beside the reader's prediction, whichever the language."""
        said = re.search(r"^(?:It is|实际结果): *(.*)$", self.text(cell), re.M)
        assert said, f"expected a comparison in {cell}, found {self.text(cell)}"
        return said[1]

    def rows(self, cell: str) -> list[list[str]]:
        """The rows of a frame that a cell displayed, without the index."""
        tables = [
            output.data["text/html"] for output in self.outputs[cell] if "text/html" in output.get("data", {})
        ]
        rows = [
            re.findall(r"<td>(.*?)</td>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", tables[0], re.S)
        ]
        return [row for row in rows if row]

    def placement(self, cell: str) -> list[str]:
        """A distribution that a cell displayed, as ready/desired of each cluster."""
        return [f"{ready}/{desired}" for _, desired, ready in self.rows(cell)]

    def pictures(self, cell: str) -> int:
        return sum(
            "image/png" in o.get("data", {}) or "image/svg+xml" in o.get("data", {})
            for o in self.outputs[cell]
        )


Run = Callable[..., Ran]


def _lab(folder: Path) -> Iterator[Path]:
    yield folder
    Embedded(folder).down()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a lab of the article's edition, which the first notebook starts."""
    yield from _lab(tmp_path_factory.mktemp("article") / "lab")


@pytest.fixture(scope="session")
def lab_today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same for today's edition."""
    yield from _lab(tmp_path_factory.mktemp("current") / "lab")


@pytest.fixture(scope="session")
def attached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The parameters that attach a notebook to a Karmada with members that run already."""
    lab = Embedded(tmp_path_factory.mktemp("attached") / "lab", clusters_only=False)
    found = lab.up(lambda step: None)
    members = ",".join(f"{name}={path}" for name, path in found.members.items())
    yield {"karmada": str(found.karmada), "members": members, "host": str(found.host)}
    lab.down()


@pytest.fixture
def by_nbmake(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a notebook by nbmake, as it stands: name, and the folder of the lab that the environment names."""

    def execute(name: str, folder: Path) -> Ran:
        monkeypatch.setenv("KARMADA_NB_STATE", str(folder))
        done = NotebookRun(NOTEBOOKS / f"{name}.ipynb", CELL_SECONDS).execute()
        assert done.error is None, done.error.trace
        return Ran({cell.id: cell.get("outputs", []) for cell in done.nb.cells})

    return execute


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a notebook by papermill: name, the lab's folder, and how to change the notebook before."""

    def execute(
        name: str, folder: Path | None, change: Callable[[Any], None] | None = None, **parameters: Any
    ) -> Ran:
        source, target = NOTEBOOKS / f"{name}.ipynb", tmp_path / f"{Path(name).name}.ipynb"
        if change is not None:
            notebook = papermill.iorw.load_notebook_node(str(source))
            change(notebook)
            source = tmp_path / f"changed-{name}.ipynb"
            papermill.iorw.write_ipynb(notebook, str(source))
        done = papermill.execute_notebook(
            str(source),
            str(target),
            parameters={"state_dir": folder and str(folder), **parameters},
            kernel_name="python3",
            progress_bar=False,
            cwd=str((NOTEBOOKS / name).parent),
            execution_timeout=CELL_SECONDS,
        )
        return Ran({cell.id: cell.get("outputs", []) for cell in done.cells})

    os.environ.pop("KARMADA_NB_STATE", None)
    return execute
