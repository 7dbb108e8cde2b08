"""What is said to a reader, in the reader's language.

English stands in the code, where it is said. The other languages stand in ``language/<code>/*.yaml``:
pairs of ``en`` and the translation. A sentence that has no translation is said in English; a test names it.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en", "zh")
VARIABLE: Final = "KARMADA_NB_LANGUAGE"


def language() -> str:
    """``en`` or ``zh``: as KARMADA_NB_LANGUAGE says, else that of the folder in which the notebook lies."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen in LANGUAGES:
        return chosen
    # Jupyter Server names a kernel's notebook by its path. Others start the kernel in the notebook's folder.
    notebook = os.environ.get("JPY_SESSION_NAME")
    return of_folder(os.path.dirname(notebook) if notebook else os.getcwd())


def of_folder(folder: str | os.PathLike[str]) -> str:
    """The language of the notebooks in a folder."""
    folder = os.path.abspath(folder)
    if os.path.basename(folder) == "pages":
        folder = os.path.dirname(folder)
    found = os.path.basename(folder)
    return found if found in LANGUAGES else "en"


class Said(RuntimeError):
    """An error in the reader's language: English, with ``{name}`` for each of ``values``."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(say(text, **values))


def say(text: str, /, **values: object) -> str:
    """A sentence in the reader's language, with ``{name}`` replaced by ``values``."""
    code = language()
    said = text if code == "en" else sentences(code).get(text, text)
    return said.format(**values) if values else said


@cache
def sentences(code: str) -> dict[str, str]:
    """From English to a language: all its pairs."""
    import yaml

    found = {}
    folder = resources.files(__package__) / code
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            for pair in yaml.safe_load(file.read_text(encoding="utf-8")) or ():
                found[pair["en"]] = pair[code]
    return found
