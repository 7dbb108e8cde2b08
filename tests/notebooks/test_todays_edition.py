"""The course on today's Karmada, in Chinese, by papermill: the code is that of the English one."""

from pathlib import Path

import pytest

from tests.notebooks.conftest import Run
from tests.notebooks.running import NAMES, verdicts


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_in_todays_edition(name: str, lab_today: Path, run: Run) -> None:
    ran = run(f"zh/{name}", lab_today, edition="current")
    assert verdicts(f"zh/{name}", ran) == {"还没有做"}
