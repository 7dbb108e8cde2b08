"""The body of a PATCH: read, and looked over for what is said twice.

Follows k8s.io/apiserver pkg/endpoints/handlers/patch.go.
"""

from __future__ import annotations

from typing import Any

from karmada_nb.engine.apiserver.http import body
from karmada_nb.engine.apiserver.http.negotiation import JSON, YAML
from karmada_nb.engine.apiserver.schema import strict
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import bad_request
from karmada_nb.engine.runtime.client import APPLY_PATCH, JSON_PATCH, MERGE_PATCH


def read(data: bytes, kind: str) -> Any:
    """A patch's body; ``kind`` is its media type. Raises 400."""
    try:
        return body.parse_any(data, YAML if kind == APPLY_PATCH and not _is_json(data) else JSON)
    except ValueError as error:
        if kind == APPLY_PATCH:
            why = str(error).replace("did not find mapping values", "mapping values")
            raise bad_request(f"error decoding YAML: error converting YAML to JSON: {why}") from None
        prefix = "error decoding patch: " if kind in (JSON_PATCH, MERGE_PATCH) else ""
        raise bad_request(f"{prefix}{error}") from None


def look_over(data: bytes, kind: str, call: Call) -> None:
    """Note in ``call`` what field validation finds wrong with a patch that could be read."""
    if kind == JSON_PATCH:
        call.patch_problems = strict.json_patch_problems(data)
    elif kind != APPLY_PATCH:
        call.patch_problems = strict.merge_patch_problems(data)
    elif not _is_json(data) or strict.has_duplicates(data):
        call.patch_problems = strict.yaml_duplicates(data)


def _is_json(data: bytes) -> bool:
    """Whether what may be YAML is an object in JSON, which is read much faster."""
    return data[:1] == b"{" and data.rstrip()[-1:] == b"}"
