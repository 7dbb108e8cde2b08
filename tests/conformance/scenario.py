"""A recorded scenario: steps, and what a real control plane answered to each of them."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
Step = dict[str, Any]


def load(path: Path) -> dict[str, Any]:
    """The scenario in a ``.json`` or ``.json.gz`` file."""
    data = path.read_bytes()
    found: dict[str, Any] = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return found


def flat(steps: list[Step]) -> Iterator[Step]:
    """All steps that are compared, with those inside others."""
    for step in steps:
        if "sleep" not in step:
            yield step
        yield from flat(step.get("do", []))


def label(step: Step) -> str:
    """What a step is called in reports."""
    if "name" in step:
        return str(step["name"])
    return next(f"{key} {step[key]}" for key in (*VERBS, "kubectl", "wait", "watch") if key in step)
