"""The course in Chinese."""

from pathlib import Path

import pytest

from tests.notebooks.conftest import NOTEBOOKS, Run
from tests.notebooks.running import verdicts
from tests.notebooks.seen import SEEN


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in (NOTEBOOKS / "zh").glob("*.ipynb")))
def test_in_chinese(name: str, lab: Path, run: Run) -> None:
    ran = run(f"zh/{name}", lab)
    SEEN[name](ran)
    assert verdicts(f"zh/{name}", ran) == {"还没有做"}
