"""The course keeps its own rules: short cells, plain prose, and everything that the article types."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from IPython.core.inputtransformer2 import TransformerManager

from karmada_nb.checks import EXERCISES

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ARTICLE = ROOT / "tests" / "data" / "article"
MAX_LINES = 8
MAX_WIDTH = 125  # of the article's longest command; what is ours is shorter
WORDS = range(20, 76)
PARAMETERS = {
    "backend": "embedded",
    "edition": "article",
    "karmada": None,
    "members": None,
    "host": None,
    "state_dir": None,
}
STEPS = {
    "00_start_here": "install",
    "01_why_many_clusters": "install",
    "02_create_clusters": "clusters",
    "03_install_karmada": "install",
    "04_join_clusters": "join",
    "05_deploy_without_policy": "deploy",
    "06_propagation_policy": "propagation",
    "07_client_and_requests": "client",
    "08_summary_and_closing_question": "summary",
    "09_two_editions": "propagation",
    "10_following_one_object": "client",
    "11_duplicated_or_divided": "propagation",
    "12_weights_and_remainders": "client",
    "13_affinity_labels_taints": "client",
    "14_spread_constraints": "propagation",
    "15_overrides": "traffic",
    "16_when_a_cluster_dies": "client",
    "17_observing_many_clusters": "traffic",
    "18_closing_question": "traffic",
    "19_to_a_real_fleet": "traffic",
    "20_fault_drills": "deploy",
    "21_more_fault_drills": "deploy",
}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def cells(path: Path, kind: str) -> Iterator[Any]:
    return (cell for cell in read(path).cells if cell.cell_type == kind)


def prose(text: str) -> list[str]:
    """The words of a Markdown cell, without code blocks, tables, tags and where links lead."""
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", text)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return [word for word in text.split() if re.search(r"\w", word)]


def typed(path: Path) -> str:
    """What a notebook shows as typed at a shell: magics as the article's variables, and its shell blocks."""
    code = "\n".join(cell.source for cell in cells(path, "code"))
    magics = re.sub(r"%(k\d|kmd)\b", r"$\1", code).replace("%karmadactl", "karmadactl")
    blocks = re.findall(r"```bash\n(.*?)```", "\n".join(c.source for c in cells(path, "markdown")), re.S)
    return squeezed("\n".join([magics, *blocks]).replace("\\\n", " "))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_every_step_has_a_notebook() -> None:
    assert [path.stem for path in NOTEBOOKS] == list(STEPS)


@every_notebook
def test_is_stripped_and_identified(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9-]+", cell_id) for cell_id in ids), "ids say what a cell is"
    for cell in cells(path, "code"):
        assert cell.outputs == []
        assert cell.execution_count is None


@every_notebook
def test_cells_are_short(path: Path) -> None:
    for cell in cells(path, "code"):
        assert cell.source.startswith("%%") or len(cell.source.splitlines()) <= MAX_LINES, cell.id
        assert max(map(len, cell.source.splitlines())) <= MAX_WIDTH, cell.id
    for cell in cells(path, "markdown"):
        assert len(prose(cell.source)) in WORDS, (cell.id, len(prose(cell.source)))


@every_notebook
def test_code_is_python(path: Path) -> None:
    for cell in cells(path, "code"):
        ast.parse(TransformerManager().transform_cell(cell.source))


@every_notebook
def test_has_the_parameters_and_starts_at_its_step(path: Path) -> None:
    tagged = [c for c in cells(path, "code") if "parameters" in c.metadata.get("tags", ())]
    assert len(tagged) == 1
    found: dict[str, Any] = {}
    exec(tagged[0].source, found)
    assert {name: found[name] for name in PARAMETERS} == PARAMETERS
    setup = next(cell for cell in cells(path, "code") if "Lab.open(" in cell.source)
    for name in PARAMETERS:
        assert f"{name}={name}" in setup.source
    assert f'lab.at("{STEPS[path.stem]}")' in setup.source


@every_notebook
def test_opens_with_objectives_and_closes_with_a_summary(path: Path) -> None:
    first, *_, last = cells(path, "markdown")
    assert first.source.startswith("# ")
    assert "After this notebook you can\n\n- " in first.source
    assert last.source.startswith("## Summary")
    assert "\n| " in last.source
    following = NOTEBOOKS[(NOTEBOOKS.index(path) + 1) % len(NOTEBOOKS)]
    assert f"({following.name})" in last.source


@every_notebook
def test_has_an_exercise_with_hint_and_solution(path: Path) -> None:
    code = [cell.source for cell in cells(path, "code")]
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    names = [found[1] for source in code if (found := re.match(r'check\("([\w-]+)"', source))]
    assert names
    assert text.count("## Exercise") == text.count("<details><summary>Hint</summary>") == len(names)
    printed = re.findall(r"<details><summary>Solution</summary>\n\n```python\n(.*?)\n```", text, re.S)
    assert printed == [EXERCISES[name].solution for name in names]


@every_notebook
def test_knows_no_backend(path: Path) -> None:
    for cell in cells(path, "code"):
        if "parameters" in cell.metadata.get("tags", ()):
            continue
        assert not re.search(r"backend ==|edition ==|127\.0\.0\.1|localhost|karmada_nb\.engine", cell.source)


@every_notebook
def test_links_resolve(path: Path) -> None:
    for cell in cells(path, "markdown"):
        for target in re.findall(r"\]\(([^)]+)\)", cell.source):
            if not urlsplit(target).scheme:
                assert (path.parent / target).exists(), target


@pytest.mark.parametrize("command", (ARTICLE / "commands.txt").read_text().splitlines())
def test_every_command_of_the_article_is_there(command: str) -> None:
    assert any(squeezed(command) in typed(path) for path in NOTEBOOKS)


def test_every_manifest_of_the_article_is_there() -> None:
    expected = list(yaml.safe_load_all((ARTICLE / "manifests.yaml").read_text()))
    applied = [
        document
        for path in NOTEBOOKS
        if path.stem < "09"
        for cell in cells(path, "code")
        if cell.source.startswith("%%kmd apply -f -\n")
        for document in yaml.safe_load_all(cell.source.partition("\n")[2])
    ]
    assert applied == expected
