"""Conflicts of server-side apply, and the words in which they are told.

Follows k8s.io/apimachinery pkg/util/managedfields/internal/conflict.go.
"""

from collections.abc import Sequence
from typing import NamedTuple

from karmada_nb.engine.apiserver.patch.fieldset import Path, path_text
from karmada_nb.engine.apiserver.patch.go_text import quoted
from karmada_nb.engine.apiserver.patch.managed import Entry
from karmada_nb.engine.errors import StatusError


class Conflict(NamedTuple):
    """A field that the applied configuration would change and that ``owner`` manages."""

    owner: Entry
    path: Path

    @property
    def manager(self) -> str:
        """``"scaler" with subresource "scale" using apps/v1``."""
        text = quoted(self.owner.get("manager", ""))
        if self.owner.get("subresource"):
            text += f" with subresource {quoted(self.owner['subresource'])}"
        return f"{text} using {self.owner['apiVersion']}" if self.owner["operation"] == "Update" else text


def conflict_error(conflicts: Sequence[Conflict]) -> StatusError:
    """409 with a cause for each field."""
    causes = [
        {
            "reason": "FieldManagerConflict",
            "message": f"conflict with {conflict.manager}",
            "field": path_text(conflict.path),
        }
        for conflict in conflicts
    ]
    return StatusError(409, "Conflict", _message(conflicts), {"causes": causes})


def _message(conflicts: Sequence[Conflict]) -> str:
    if len(conflicts) == 1:
        only = conflicts[0]
        return f"Apply failed with 1 conflict: conflict with {only.manager}: {path_text(only.path)}"
    by_manager: dict[str, list[Path]] = {}
    for conflict in conflicts:
        by_manager.setdefault(conflict.manager, []).append(conflict.path)
    lines: list[str] = []
    for manager in sorted(by_manager):
        lines.append(f"conflicts with {manager}:")
        lines += [f"- {path_text(path)}" for path in by_manager[manager]]
    return f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)
