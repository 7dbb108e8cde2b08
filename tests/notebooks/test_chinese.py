"""The course in Chinese, by nbmake."""

from pathlib import Path

import pytest

from tests.notebooks.conftest import Run
from tests.notebooks.running import NAMES, verdicts
from tests.notebooks.seen import SEEN


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_in_chinese(name: str, lab: Path, by_nbmake: Run) -> None:
    ran = by_nbmake(f"zh/{name}", lab)
    SEEN[name](ran)
    assert verdicts(f"zh/{name}", ran) == {"还没有做"}
