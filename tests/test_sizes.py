"""A file is one idea: the sizes of files, and what none of them may hold."""

import re
import statistics
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for folder in ("karmada_nb", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
TEXTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").glob("*.ipynb")]
)
MOST = 400
MEDIAN = 150
LATER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_file_is_long() -> None:
    assert {str(path.relative_to(ROOT)): lines(path) for path in SOURCES if lines(path) > MOST} == {}


@pytest.mark.parametrize("folder", ["karmada_nb", "tests"])
def test_most_files_are_short(folder: str) -> None:
    sizes = [lines(path) for path in SOURCES if path.is_relative_to(ROOT / folder) and lines(path)]
    assert statistics.median(sizes) < MEDIAN


def test_nothing_is_left_for_later() -> None:
    assert [str(path.relative_to(ROOT)) for path in SOURCES + TEXTS if LATER.search(path.read_text())] == []


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_modules_say_what_they_are_for() -> None:
    modules = [path for path in SOURCES if path.read_text() and path.is_relative_to(ROOT / "karmada_nb")]
    silent = [path for path in modules if not path.read_text().startswith(('"""', 'r"""'))]
    assert [str(path.relative_to(ROOT)) for path in silent] == []
