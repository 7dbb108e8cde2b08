"""The course from the first notebook to the last, as a reader runs it who does no exercise; by nbmake."""

from pathlib import Path

import pytest

from karmada_nb import Lab
from tests.notebooks.conftest import Run
from tests.notebooks.running import NAMES, verdicts
from tests.notebooks.seen import SEEN

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", NAMES)
def test_in_order_untouched(name: str, lab: Path, by_nbmake: Run) -> None:
    ran = by_nbmake(name, lab)
    SEEN[name](ran)
    assert verdicts(name, ran) == {"not attempted"}


@pytest.mark.parametrize("name", ["pages/dashboard", "pages/beside", "zh/pages/beside"])
def test_pages_beside_the_lessons(name: str, lab: Path, by_nbmake: Run) -> None:
    Lab.open(state_dir=lab).at("client")
    ran = by_nbmake(name, lab)
    assert "k3d-cluster-1" in str(ran.outputs["dashboard"])
