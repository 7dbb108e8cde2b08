"""Prose for readers: no misspelt words, and links that lead somewhere, in documents and notebooks alike."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [*sorted((ROOT / "notebooks").glob("*.ipynb")), *sorted((ROOT / "notebooks/zh").glob("*.ipynb"))]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *NOTEBOOKS]


@cache
def text(page: Path) -> str:
    """The Markdown of a page or a notebook, without code."""
    if page.suffix == ".ipynb":
        cells = nbformat.read(page, as_version=nbformat.NO_CONVERT).cells
        found = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        found = page.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", found, flags=re.S | re.M)


def anchors(page: Path) -> set[str]:
    """Of a page's headings: as hosts of Markdown make them, or as JupyterLab does."""
    headings = re.findall(r"^#+ (.+)$", text(page), re.M)
    if page.suffix == ".ipynb":
        return {heading.replace(" ", "-") for heading in headings}
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    prose = re.sub(r"`[^`\n]*`", "", text(page))
    return re.findall(r"\]\(([^)]*)\)", prose) + re.findall(r'(?:href|src)="([^"]*)"', prose)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        assert link == link.strip(), repr(link)
        assert " " not in link, repr(link)
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https", link
            assert re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc), link
            continue
        file = (page.parent / unquote(parts.path)) if parts.path else page
        assert file.exists(), f"expected {link} to be there, found nothing at {file}"
        assert not parts.fragment or unquote(parts.fragment) in anchors(file), link


def test_words_are_spelt_right(tmp_path: Path) -> None:
    """Common misspellings, by codespell's dictionary; words that are ours stand in pyproject.toml."""
    prose = tmp_path / "prose"
    for page in PAGES:
        if "zh" not in page.parts and not page.name.endswith(".zh.md"):
            kept = prose / f"{page.relative_to(ROOT).as_posix().replace('/', '-')}.md"
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(text(page), encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib", "--toml", str(ROOT / "pyproject.toml")]
    places = [str(prose), *map(str, sorted((ROOT / "karmada_nb").rglob("*.py")))]
    done = subprocess.run([*command, *places], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
