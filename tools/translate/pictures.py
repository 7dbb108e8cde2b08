"""The pictures of the course in Chinese: the English drawing with the texts that the catalogue has.

The catalogue is ``notebooks/zh/text/pictures.yaml``: from each English text to the Chinese one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from tools.translate.catalogue import CHINESE, ENGLISH, TEXTS

CATALOGUE: Final = TEXTS / "pictures.yaml"
_TEXT: Final = re.compile(r"(?<=>)([^<>]+)(?=</(?:text|title)>)")
_FONTS: Final = "Noto Sans CJK SC, WenQuanYi Zen Hei, PingFang SC, Microsoft YaHei, "


def sources() -> list[Path]:
    """The English drawings."""
    return sorted((ENGLISH / "images").glob("*.svg"))


def target(source: Path) -> Path:
    """Where the Chinese one is."""
    return CHINESE / "images" / source.name


def catalogue() -> dict[str, str]:
    """From English to Chinese."""
    found: dict[str, str] = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return found


def texts(source: Path) -> list[str]:
    """What stands in a drawing, its title among it."""
    return _TEXT.findall(source.read_text(encoding="utf-8"))


def built(source: Path) -> str:
    """The Chinese drawing as its file is to be; a text without a translation stays English."""
    known = catalogue()
    drawing = _TEXT.sub(lambda found: known.get(found[1], found[1]), source.read_text(encoding="utf-8"))
    return drawing.replace('font-family="', f'font-family="{_FONTS}')


def write() -> list[Path]:
    """Bring the drawings up to date; those that were not."""
    stale = [source for source in sources() if is_stale(source)]
    for source in stale:
        target(source).parent.mkdir(parents=True, exist_ok=True)
        target(source).write_text(built(source), encoding="utf-8")
    return [target(source) for source in stale]


def is_stale(source: Path) -> bool:
    """Whether a Chinese drawing is not as it is to be."""
    path = target(source)
    return not path.exists() or path.read_text(encoding="utf-8") != built(source)


def picture_faults() -> Iterator[str]:
    """What ``--check`` says of the pictures, a line each."""
    known, wanted = catalogue(), [text for source in sources() for text in texts(source)]
    yield from (f"pictures.yaml: lacks a translation: {text!r}" for text in wanted if text not in known)
    yield from (f"pictures.yaml: no picture says {text!r}" for text in known if text not in wanted)
    yield from (f"{target(source)}: stale" for source in sources() if is_stale(source))
