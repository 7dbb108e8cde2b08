"""The course in any order, with the printed solutions: they are judged right, and nothing in the way."""

import random
from pathlib import Path

import pytest

from tests.notebooks.conftest import Run
from tests.notebooks.running import NAMES, solve, verdicts
from tests.notebooks.seen import SEEN

SHUFFLED = random.Random(23).sample(NAMES, len(NAMES))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHUFFLED)
def test_in_any_order_solved(name: str, lab: Path, run: Run) -> None:
    ran = run(name, lab, solve)
    SEEN[name](ran)
    assert verdicts(name, ran) == {"right"}
