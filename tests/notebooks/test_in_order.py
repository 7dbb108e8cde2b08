"""The course from the first notebook to the last, as a reader runs it who does no exercise."""

from pathlib import Path

import pytest

from tests.notebooks.conftest import Run
from tests.notebooks.running import NAMES, verdicts
from tests.notebooks.seen import SEEN


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_in_order_untouched(name: str, lab: Path, run: Run) -> None:
    ran = run(name, lab)
    SEEN[name](ran)
    assert verdicts(name, ran) == {"not attempted"}
