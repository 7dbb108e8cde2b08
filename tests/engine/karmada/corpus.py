"""Decisions recorded from Karmada's own code: what went in and what came out, one case a line.

The files lie in ``tests/data/karmada-decisions``; the environment variable ``KARMADA_DECISIONS`` names
another folder of ``<name>.jsonl`` or ``<name>.jsonl.gz`` files to judge the same tests by.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import orjson

Case = dict[str, Any]
"""``{"case": name, "input": ..., "output": ...}``."""

HERE = Path(__file__).resolve().parents[2] / "data" / "karmada-decisions"


def load(name: str) -> list[Case]:
    """Every case of one file, in its order. Raises FileNotFoundError where the folder does not hold it."""
    folder = Path(os.environ.get("KARMADA_DECISIONS") or HERE)
    for path in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"):
        if path.exists():
            data = path.read_bytes()
            if path.suffix == ".gz":
                data = gzip.decompress(data)
            return [orjson.loads(line) for line in data.splitlines() if line.strip()]
    raise FileNotFoundError(f"expected {name}.jsonl or {name}.jsonl.gz in {folder}, found neither")


def report(failures: list[str], total: int) -> str:
    """The text of a failed run: how many cases differ, and the first of them."""
    shown = "\n".join(failures[:20])
    return f"{len(failures)} of {total} cases decide otherwise than Karmada:\n{shown}"
