"""Files in volumes: keys and fields that become files, and their modes.

Follows validateKeyToPath and validateDownwardAPIVolumeFile in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.environment import validate_field_ref, validate_resource_ref
from karmada_nb.engine.apiserver.validation.paths import free_path
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_DOWNWARD_FIELDS: Final = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
_ALL_MODES: Final = 0o777


def mode(source: Object, name: str, path: str) -> list[Cause]:
    value = source.get(name)
    if value is None or 0 <= value <= _ALL_MODES:
        return []
    why = "must be a number between 0 and 0777 (octal), both inclusive"
    return [field.invalid(f"{path}.{name}", value, why)]


def item(key: Object, path: str) -> list[Cause]:
    """A key of a config map or secret, and the file that it becomes."""
    causes = [field.required(f"{path}.{name}") for name in ("key", "path") if not key.get(name)]
    return causes + free_path(key.get("path", ""), f"{path}.path") + mode(key, "mode", path)


def downward_file(file: Object, path: str) -> list[Cause]:
    """``path`` is that of the volume: upstream does not say which of its files is meant."""
    causes = [] if file.get("path") else [field.required(f"{path}.path")]
    causes += free_path(file.get("path", ""), f"{path}.path")
    if file.get("fieldRef") is not None:
        causes += validate_field_ref(file["fieldRef"], _DOWNWARD_FIELDS, f"{path}.fieldRef")
        if file.get("resourceFieldRef") is not None:
            why = "fieldRef and resourceFieldRef can not be specified simultaneously"
            causes.append(field.invalid(path, "resource", why))
    elif file.get("resourceFieldRef") is not None:
        causes += validate_resource_ref(file["resourceFieldRef"], f"{path}.resourceFieldRef", volume=True)
    else:
        causes.append(field.required(path, "one of fieldRef and resourceFieldRef is required"))
    return causes + mode(file, "mode", path)
