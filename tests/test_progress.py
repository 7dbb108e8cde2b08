"""The learner's record: what check says is kept, shown, taken along, and never lost."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from karmada_nb import LabError, check, progress
from karmada_nb.cli.group import group
from karmada_nb.learning import kept
from karmada_nb.learning.kept import Standing
from karmada_nb.learning.lessons import lessons

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(autouse=True)
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "mine" / "progress.json"
    monkeypatch.setenv("KARMADA_NB_PROGRESS", str(path))
    monkeypatch.chdir(NOTEBOOKS)
    return path


def test_a_verdict_is_kept_and_shows_in_the_map() -> None:
    assert "○ why (open)" in repr(progress())
    check("why", deployments=1, pods=1)
    assert "✗ why (wrong)" in repr(progress())
    assert check("why", deployments=3, pods=8)
    check("why", deployments=1, pods=1)
    shown = progress()
    assert "✓ why (right)" in repr(shown), "what was right stays right"
    assert shown.record["why"].last == "wrong"
    assert shown.record["why"].tries == 3
    assert shown.done == 1


def test_the_map_has_every_lesson_with_a_link_and_every_exercise() -> None:
    html = progress()._repr_html_()
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        assert f'href="{path.name}"' in html
    found = lessons(NOTEBOOKS)
    assert [lesson.path.name for lesson in found] == [p.name for p in sorted(NOTEBOOKS.glob("*.ipynb"))]
    assert found[1].title == "Why many clusters"
    assert found[1].exercises == ("why",)


def test_a_record_goes_to_another_machine_and_back(record: Path, tmp_path: Path) -> None:
    check("why", deployments=3, pods=8)
    taken = progress.export(tmp_path / "taken.json")
    record.unlink()
    assert progress().done == 0
    assert progress.load(taken).done == 1


def test_records_that_meet_lose_nothing() -> None:
    one = {"a": Standing("wrong", "2026-01-02", 5, "2026-01-01"), "b": Standing("error", "2026-01-01")}
    other = {"a": Standing("right", "2026-01-03", 2, "2026-01-03")}
    both = kept.merge(one, other)
    assert both == kept.merge(other, one)
    assert both["a"] == Standing("right", "2026-01-03", 5, "2026-01-01")
    assert both["b"] == one["b"]


NOTING = """
import sys
from karmada_nb import progress
print(flush=True)
sys.stdin.readline()
for number in range(20):
    progress.note(f"{sys.argv[1]}-{number}", "right")
"""


def test_kernels_that_judge_at_once_lose_no_verdict(record: Path) -> None:
    """Three processes note twenty verdicts each, as fast as they can, from the same signal on."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", NOTING, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in ("a", "b", "c")
    ]
    for process in started:
        assert process.stdout
        process.stdout.readline()
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in started:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert set(kept.read(record)) == {f"{name}-{number}" for name in "abc" for number in range(20)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\x00garbage", "found something else"),
        (b"[]", "found none"),
        (b'{"kind": "karmada-nb progress", "format": 99}', "found 99"),
        (b'{"kind": "karmada-nb progress", "format": 1}', "expected exercises"),
        (
            b'{"kind": "karmada-nb progress", "format": 1, "exercises": {"why": {"last": 7, "at": ""}}}',
            "expected a verdict for why",
        ),
    ],
)
def test_what_cannot_be_read_is_named_and_left_alone(text: bytes, said: str, record: Path) -> None:
    other = record.with_name("other.json")
    check("why", deployments=3, pods=8)
    before = record.read_bytes()
    other.write_bytes(text)
    with pytest.raises(LabError, match=said):
        progress.load(other)
    assert record.read_bytes() == before
    record.write_bytes(text)
    with pytest.warns(UserWarning, match=said):
        assert check("why", deployments=3, pods=8), "a verdict stands even where it cannot be kept"
    assert record.read_bytes() == text


def test_what_cannot_be_put_in_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    place = tmp_path / "a-folder"
    place.mkdir()
    with pytest.raises(LabError, match="expected to keep your progress"):
        progress.export(place)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_record_lies_beside_the_lab_and_not_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KARMADA_NB_PROGRESS")
    monkeypatch.setenv("KARMADA_NB_STATE", str(tmp_path / "lab"))
    assert kept.place() == tmp_path / "lab-progress.json"


def test_in_a_terminal(tmp_path: Path) -> None:
    check("why", deployments=3, pods=8)
    done = CliRunner().invoke(group, ["progress", "--export", str(tmp_path / "p.json")])
    assert done.exit_code == 0
    assert "01_why_many_clusters" in done.output
    assert "✓ why (right)" in done.output
    assert orjson.loads((tmp_path / "p.json").read_bytes())["exercises"]["why"]["last"] == "right"
    failed = CliRunner().invoke(group, ["progress", "--import", str(tmp_path / "none.json")])
    assert failed.exit_code == 1
    assert "found none" in failed.output
