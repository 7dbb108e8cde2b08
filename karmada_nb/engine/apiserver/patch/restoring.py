"""What Go says of a strategic merge patch that leaves a value of a wrong type.

Follows k8s.io/apimachinery pkg/runtime/converter.go (fromUnstructured), which such a patch is read by, where
all else is read by encoding/json: the same fault has other words.
"""

from __future__ import annotations

import re
from typing import Final

_JSON: Final = re.compile(r"json: cannot unmarshal (\w+) into Go (?:struct field \S+|value) of type (\S+)$")
_GO: Final = {"object": "map", "array": "slice", "string": "string", "number": "int64", "bool": "bool"}
_PLAIN: Final = frozenset({"string", "bool", "int", "int32", "int64", "float64", "uint8"})


def restoring(fault: str) -> str:
    """encoding/json's fault in the words of the converter; another one as it is."""
    found = _JSON.match(fault)
    if found is None:
        return fault
    given, wanted = _GO.get(found[1], found[1]), found[2].lstrip("*")
    if wanted.startswith("[]"):
        return f"cannot restore slice from {given}"
    if wanted.startswith("map["):
        return f"cannot restore map from {given}"
    if given == "int64" and wanted not in _PLAIN - {"string"}:
        return f"cannot convert int64 to {wanted}"
    if wanted in _PLAIN:
        return f"unrecognized type: {wanted}"
    return "unrecognized type: string" if given == "map" else f"cannot restore struct from: {given}"
