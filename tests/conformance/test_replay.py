"""What a real Kubernetes control plane answered, step by step, held against this one.

The recordings are in ``tests/data/conformance``; ``CONFORMANCE`` names another folder of such files, and
``--kubeconfig`` another server: ``pytest tests/conformance --kubeconfig ~/.kube/config``.
"""

import os
from pathlib import Path
from typing import Any, Final

import pytest

from karmada_nb.tools import kubectl_path
from tests.conformance.access import Access
from tests.conformance.normalise import settled
from tests.conformance.paths import MISSING, differences
from tests.conformance.replay import Replay
from tests.conformance.scenario import flat, label, load

FOLDER: Final = Path(os.environ.get("CONFORMANCE") or Path(__file__).parents[1] / "data" / "conformance")
FILES: Final = sorted([*FOLDER.glob("*.json"), *FOLDER.glob("*.json.gz")])
PATIENCE: Final = 10.0
"""Seconds for which a step waits for a value."""


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_answers_are_those_of_a_real_control_plane(path: Path, access: Access, tmp_path: Path) -> None:
    scenario = load(path)
    expected = {id(step): step.pop("result") for step in flat(scenario["steps"])}
    replay = Replay(access, Path(kubectl_path()), scenario, tmp_path, PATIENCE)
    found = {id(step): answer for step, answer in replay.run()}
    wrong = []
    for step in flat(scenario["steps"]):
        want = expected[id(step)]
        if want is None:
            continue
        answer = settled(found.get(id(step), MISSING))
        wrong += [_told(label(step), *found) for found in differences(settled(want), answer)]
    assert not wrong, "\n".join(wrong)


def _told(step: str, path: str, want: Any, got: Any) -> str:
    return f"{step}: {path}: expected {want!r:.400}, got {got!r:.400}"
