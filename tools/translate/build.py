"""Building a Chinese notebook: the English one, with the Markdown cells that the catalogue has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import nbformat

from tools.translate.catalogue import CHINESE, entries, read_notebook

_CODE: Final = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.S | re.M)
_TARGET: Final = re.compile(r"(?<=\]\()[^)\s]+(?=\))")


def build(name: str) -> str:
    """The Chinese notebook as its file holds it; cells without a translation stay English."""
    notebook, found = read_notebook(name), entries(name)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            text = found[cell.id].text if cell.id in found else cell.source
            parts = _CODE.split(text)
            parts[::2] = [_TARGET.sub(lambda link: _moved(link[0]), part) for part in parts[::2]]
            cell.source = "".join(parts)
    return f"{nbformat.writes(notebook)}\n"


def write(name: str) -> bool:
    """Bring a Chinese notebook up to date; whether it was not."""
    path, built = target(name), build(name)
    changed = not path.exists() or path.read_text(encoding="utf-8") != built
    if changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(built, encoding="utf-8")
    return changed


def target(name: str) -> Path:
    return CHINESE / f"{name}.ipynb"


def _moved(link: str) -> str:
    """A link, for a folder deeper: notebooks have theirs beside them, and ``zh/`` leads back to English."""
    if urlsplit(link).scheme or link.startswith("#"):
        return link
    if re.fullmatch(r"\.\./[^/]+\.ipynb|images/[^/]+", link):
        # Pages and pictures lie beside the Chinese lessons as beside the English ones.
        return link
    if link.startswith("zh/"):
        return f"../{link.removeprefix('zh/')}"
    return link if "/" not in link and link.partition("#")[0].endswith(".ipynb") else f"../{link}"
