"""The documents are true: links lead somewhere, commands exist, and nothing that must be told is left out."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

import karmada_nb
from karmada_nb import Lab
from karmada_nb.cli.group import group
from karmada_nb.engine.karmada.api.crds import custom_resource_definitions

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text()
FEATURES = (ROOT / "docs" / "features.md").read_text()
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
EDITIONS = (ROOT / "docs" / "editions.md").read_text()

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def links(page: Path) -> list[str]:
    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    return re.findall(r"\]\(([^)\s]+)\)", prose)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as hosts of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        parts = urlsplit(target)
        if parts.scheme:
            assert parts.scheme == "https", target
            continue
        file = (page.parent / parts.path) if parts.path else page
        assert file.exists(), target
        assert not parts.fragment or parts.fragment in anchors(file), target


@every_page
def test_files_that_are_named_exist(page: Path) -> None:
    files = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("[!.]*/**/*.py")]
    for said in re.findall(r"`([\w/]+\.py)`", page.read_text()):
        assert any(f"/{file}".endswith(f"/{said}") for file in files), said


@every_page
def test_lines_fit_and_tables_are_whole(page: Path) -> None:
    columns = 0
    for line in page.read_text().splitlines():
        if line.startswith("|"):
            cells = line.replace(r"\|", "").count("|")
            assert columns in (0, cells), line
            columns = cells
        else:
            columns = 0
            assert len(line) <= 130 or "](" in line, line


def test_commands_that_are_named_exist() -> None:
    context = click.Context(group)
    known = set(group.list_commands(context))
    for page in PAGES:
        for name in re.findall(r"karmada-nb ([a-z0-9]+)", page.read_text()):
            assert name in known, (page.name, name)
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        for name in re.findall(r"(?:`|^|&& )make ([a-z]+)\b", page.read_text(), re.M):
            assert f"\n{name}:" in makefile, (page.name, name)


def test_every_command_of_karmada_nb_can_be_asked_for_help() -> None:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.help, name


def test_the_chinese_readme_gives_the_same_commands() -> None:
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:bash|console)\n(.*?)```", chinese, re.S)
    commands = [line for block in blocks for line in block.splitlines()]
    assert commands
    assert [line for line in commands if line not in README] == []
    for name in ("embedded", "k3d", "kubeconfig"):
        assert re.search(rf"^\| `{name}`", chinese, re.M)


def test_the_readme_names_every_backend() -> None:
    for name in ("embedded", "k3d", "kubeconfig"):
        assert re.search(rf"^\| `{name}`", README, re.M)


def test_the_readme_has_all_figures() -> None:
    table = README.partition("## How fast, how small")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(rows) >= 9
    assert [row for row in rows if row.rstrip("| ").count("|") < 3 or re.search(r"\|\s*\|", row)] == []


@pytest.mark.parametrize("name", sorted(karmada_nb.__all__))
def test_public_names_are_documented(name: str) -> None:
    assert f"\n| `{name}` |" in REFERENCE


@pytest.mark.parametrize("name", [name for name in dir(Lab) if not name.startswith("_")])
def test_methods_of_the_lab_are_documented(name: str) -> None:
    assert re.search(rf"`(Lab\.)?{name}\b", REFERENCE.partition("## `Lab`")[2])


@pytest.mark.parametrize("edition", ["article", "current"])
def test_the_features_page_tells_of_every_kind_of_karmada(edition: str) -> None:
    rows = FEATURES.partition("## Karmada's kinds")[2].partition("\n## ")[0]
    kinds = [definition["spec"]["names"]["kind"] for definition in custom_resource_definitions(edition)]  # type: ignore[arg-type]
    for kind in ["Cluster", *kinds]:
        mark = f"`{kind}` *(article)*" if edition == "article" else f"`{kind}`"
        assert mark in rows, mark


def test_features_say_how_far_they_go_and_where_that_is_tested() -> None:
    for line in FEATURES.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or cells[1] == "":
            continue
        assert re.match(r"(covered|partly|not)\b", cells[1]), line
        assert cells[1] != "covered" or "](../tests/" in cells[-1], line


def test_the_editions_page_tells_what_a_notebook_shows() -> None:
    for behaviour in ("No policy match for resource", "Webster", "`0/0`", "API-ENDPOINT", "v1.23.8+k3s2"):
        assert behaviour in EDITIONS


def test_the_changelog_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"\n## {version}\n" in (ROOT / "CHANGELOG.md").read_text()
