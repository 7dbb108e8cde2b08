"""The formats that schemas of definitions name and nobody knows.

Follows apiextensions-apiserver pkg/apiserver/validation/formats.go.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.strfmt import FORMATS

_RECOGNIZED: Final = {
    "integer": frozenset({"int32", "int64"}),
    "number": frozenset({"float", "double"}),
    "string": FORMATS.keys(),
}


def unrecognized_formats(crd: Mapping[str, Any]) -> list[str]:
    """The formats in the schemas of a definition that nobody knows, each once."""
    versions = (crd.get("spec") or {}).get("versions") or ()
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") or {} for version in versions]
    return list(dict.fromkeys(form for schema in schemas for form in _unrecognized(schema)))


def _unrecognized(said: Mapping[str, Any]) -> Iterator[str]:
    form, known = said.get("format"), _RECOGNIZED.get(said.get("type") or "string")
    if form and known is not None and form.replace("-", "") not in known:
        yield form
    below = [*(said.get("properties") or {}).values(), said.get("additionalProperties"), said.get("items")]
    below += [part for junctor in ("allOf", "anyOf", "oneOf") for part in said.get(junctor) or ()]
    for part in (*below, said.get("not")):
        if isinstance(part, Mapping):
            yield from _unrecognized(part)
