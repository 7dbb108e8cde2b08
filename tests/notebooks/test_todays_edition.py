"""The course on today's Karmada."""

from pathlib import Path

import pytest

from tests.notebooks.conftest import Run
from tests.notebooks.running import NAMES, verdicts


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_in_todays_edition(name: str, lab_today: Path, run: Run) -> None:
    ran = run(name, lab_today, edition="current")
    assert verdicts(name, ran) == {"not attempted"}
