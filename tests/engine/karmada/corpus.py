"""Decisions recorded from Karmada's own code: what went in and what came out, one case a line.

The files lie in ``tests/data/karmada-decisions`` and ``tests/data/karmada-decisions-more``; the environment
variable ``KARMADA_DECISIONS`` names another folder of ``<name>.jsonl`` or ``<name>.jsonl.gz`` files to judge
the same tests by instead.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import orjson

Case = dict[str, Any]
"""``{"case": name, "input": ..., "output": ...}``."""

DATA = Path(__file__).resolve().parents[2] / "data"
HERE = (DATA / "karmada-decisions", DATA / "karmada-decisions-more")


def load(name: str) -> list[Case]:
    """Every case of that name, in its order. Raises FileNotFoundError where no folder holds any."""
    elsewhere = os.environ.get("KARMADA_DECISIONS")
    folders = (Path(elsewhere),) if elsewhere else HERE
    cases = [case for folder in folders for case in _cases(folder, name)]
    if not cases:
        raise FileNotFoundError(f"expected {name}.jsonl or {name}.jsonl.gz in {folders[0]}, found neither")
    return cases


def _cases(folder: Path, name: str) -> list[Case]:
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.exists():
            data = path.read_bytes()
            if path.suffix == ".gz":
                data = gzip.decompress(data)
            return [orjson.loads(line) for line in data.splitlines() if line.strip()]
    return []


def report(failures: list[str], total: int) -> str:
    """The text of a failed run: how many cases differ, and the first of them."""
    shown = "\n".join(failures[:20])
    return f"{len(failures)} of {total} cases decide otherwise than Karmada:\n{shown}"
