"""The workspace of the course: written once, and the learner's from then on."""

from pathlib import Path

import pytest

from karmada_nb.learning import workspace

ROOT = Path(__file__).parents[1] / "notebooks"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which JupyterLab keeps the Chinese course's workspace, just written."""
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(tmp_path))
    assert workspace.write(ROOT / "zh", ROOT) == "course-zh"
    [found] = tmp_path.iterdir()
    return found


def test_what_the_learner_has_arranged_stays(kept: Path) -> None:
    arranged = kept.read_text().replace("0.63", "0.5")
    kept.write_text(arranged)
    workspace.write(ROOT / "zh", ROOT)
    assert kept.read_text() == arranged


@pytest.mark.parametrize("torn", ["", '{"data": {"layout', "[]"])
def test_one_that_cannot_be_read_is_written_anew(kept: Path, torn: str) -> None:
    good = kept.read_text()
    kept.write_text(torn)
    workspace.write(ROOT / "zh", ROOT)
    assert kept.read_text() == good
