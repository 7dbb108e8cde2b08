"""What the runs of the course have in common: their notebooks, their solutions, their verdicts."""

import re
from typing import Any

import nbformat

from tests.notebooks.conftest import NOTEBOOKS, Ran

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


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
