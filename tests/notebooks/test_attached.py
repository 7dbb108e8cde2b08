"""The course on clusters that somebody else runs, known by their kubeconfigs."""

import pytest

from tests.notebooks.conftest import Run
from tests.notebooks.running import NAMES, verdicts


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_on_clusters_that_run_already(name: str, attached: dict[str, str], run: Run) -> None:
    ran = run(name, None, backend="kubeconfig", **attached)
    assert verdicts(name, ran) == {"not attempted"}
