"""What is wrong with a translation: missing, stale, or not saying what the English says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tools.translate.catalogue import entries, hashed, markdown

_FENCED: Final = re.compile(r"^```.*?^```", re.S | re.M)
_CODE: Final = re.compile(r"`([^`\n]+)`")
TARGET: Final = re.compile(r"\]\(([^)\s]+)\)")
_TAG: Final = re.compile(r"</?\w+[^>]*>")
_HEADING: Final = re.compile(r"^#+ ", re.M)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_WORDS: Final = re.compile(r"(?:\b[a-z]{2,}\b[ ,.;:]*){4,}")


def faults(name: str) -> Iterator[str]:
    """What ``--check`` says of a notebook's translation, a line each."""
    found, wanted = entries(name), markdown(name)
    for cell, english in wanted.items():
        if cell not in found:
            yield f"{name}: cell {cell} lacks a translation"
        elif not _CHINESE.search(found[cell].text):
            yield f"{name}: cell {cell} is still English"
        elif found[cell].of != hashed(english):
            yield f"{name}: cell {cell} is stale, its English has changed"
        else:
            yield from (f"{name}: cell {cell} {what}" for what in _differences(english, found[cell].text))
    yield from (f"{name}: cell {cell} no longer exists" for cell in found.keys() - wanted.keys())


def _differences(english: str, chinese: str) -> Iterator[str]:
    if _FENCED.findall(english) != _FENCED.findall(chinese):
        yield "has other code blocks than the English"
    english, chinese = _FENCED.sub("", english), _FENCED.sub("", chinese)
    has, lacks = set(_CODE.findall(chinese)), set(_CODE.findall(english))
    if has != lacks:
        yield f"has other code than the English: {sorted(has - lacks)} instead of {sorted(lacks - has)}"
    english, chinese = _CODE.sub("", english), _CODE.sub("", chinese)
    for what, pattern in (("links", TARGET), ("tags", _TAG), ("headings", _HEADING)):
        if Counter(pattern.findall(chinese)) != Counter(pattern.findall(english)):
            yield f"has other {what} than the English: {pattern.findall(chinese)}"
    if english.count("\n|") != chinese.count("\n|"):
        yield "has a table of another length than the English"
    for line in chinese.splitlines():
        if not _CHINESE.search(line) and _WORDS.search(_TAG.sub("", line)):
            yield f"still has English: {line.strip()[:60]}"
