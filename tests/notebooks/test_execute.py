"""The course, run as a reader would: what tables, charts and commands show, and what check says."""

import random
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.notebooks.conftest import NOTEBOOKS, Ran, Run
from tests.notebooks.seen import SEEN

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
SHUFFLED = random.Random(23).sample(NAMES, len(NAMES))


def exercises(notebook: Any) -> list[str]:
    """The cells in which check judges."""
    return [cell.id for cell in notebook.cells if cell.source.startswith("check(")]


def solve(notebook: Any) -> None:
    """Put each printed solution, which stands behind its check, before it."""
    for cell_id in exercises(notebook):
        place = next(i for i, cell in enumerate(notebook.cells) if cell.id == cell_id)
        solution = re.search(r"```python\n(.*?)```", notebook.cells[place + 1].source, re.S)
        assert solution
        notebook.cells.insert(place, nbformat.v4.new_code_cell(solution[1], id=f"{cell_id}-solved"))


def verdicts(name: str, ran: Ran) -> set[str]:
    """What check says of the notebook's exercises, in a word."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return {ran.text(cell).partition(":")[0].strip("…✓✗! ") for cell in exercises(notebook)}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_in_order_untouched(name: str, lab: Path, run: Run) -> None:
    ran = run(name, lab)
    SEEN[name](ran)
    assert verdicts(name, ran) == {"not attempted"}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHUFFLED)
def test_in_any_order_solved(name: str, lab: Path, run: Run) -> None:
    ran = run(name, lab, solve)
    SEEN[name](ran)
    assert verdicts(name, ran) == {"right"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in (NOTEBOOKS / "zh").glob("*.ipynb")))
def test_in_chinese(name: str, lab: Path, run: Run) -> None:
    ran = run(f"zh/{name}", lab)
    SEEN[name](ran)
    assert verdicts(f"zh/{name}", ran) == {"还没有做"}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_in_todays_edition(name: str, lab_today: Path, run: Run) -> None:
    ran = run(name, lab_today, edition="current")
    assert verdicts(name, ran) == {"not attempted"}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_on_clusters_that_run_already(name: str, attached: dict[str, str], run: Run) -> None:
    ran = run(name, None, backend="kubeconfig", **attached)
    assert verdicts(name, ran) == {"not attempted"}
