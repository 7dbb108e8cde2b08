"""Whether a CustomResourceDefinition is one.

Follows k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go.
"""

from collections.abc import Sequence
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd.parts_check import check_columns, check_scale, check_selectable
from karmada_nb.engine.apiserver.crd.schema_check import check_schema
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.admission import validate_client
from karmada_nb.engine.apiserver.validation.names import dns_1035_label, dns_subdomain
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_WARNING_LENGTH: Final = 256
_SCOPES: Final = ("Cluster", "Namespaced")
_HOISTED: Final = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")
_GO_VERSION: Final = (
    ("Name", "name", ""),
    ("Served", "served", False),
    ("Storage", "storage", False),
    ("Deprecated", "deprecated", False),
    ("DeprecationWarning", "deprecationWarning", None),
    ("Schema", "schema", None),
    ("Subresources", "subresources", None),
    ("AdditionalPrinterColumns", "additionalPrinterColumns", None),
    ("SelectableFields", "selectableFields", None),
)


def validate_definition(crd: Object) -> list[Cause]:
    """Everything that is wrong with a definition beyond its metadata."""
    spec = crd.get("spec") or {}
    plural, group = meta.dig(spec, "names", "plural", default=""), spec.get("group", "")
    causes: list[Cause] = []
    if meta.name(crd) and meta.name(crd) != f"{plural}.{group}":
        why = 'must be spec.names.plural+"."+spec.group'
        causes.append(field.invalid("metadata.name", meta.name(crd), why))
    versions = spec.get("versions") or []
    causes += _group(group) + _scope(spec.get("scope", ""))
    if spec.get("preserveUnknownFields"):
        why = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema "
            "instead"
        )
        causes.append(field.invalid("spec.preserveUnknownFields", True, why))
    causes += _versions(versions, said="versions" in spec)
    first = versions[0].get("name", "") if versions else ""
    if first and (found := dns_1035_label(first)):
        causes.append(field.invalid("spec.version", first, ",".join(found)))
    causes += _names(spec.get("names") or {})
    causes += _conversion(spec.get("conversion") or {})
    return causes + _stored(versions, meta.dig(crd, "status", "storedVersions", default=[]))


def validate_change(crd: Object, old: Object) -> list[Cause]:
    """What may not change: once a definition is established, its scope and kind either."""
    spec, before = crd.get("spec") or {}, old.get("spec") or {}
    causes = validate_definition(crd)
    established = (meta.condition(old, "Established") or {}).get("status") == "True"
    if established:
        causes += field.immutable("spec.scope", spec.get("scope"), before.get("scope"))
        kinds = [meta.dig(s, "names", "kind") for s in (spec, before)]
        causes += field.immutable("spec.names.kind", *kinds)
    causes += field.immutable("spec.group", spec.get("group"), before.get("group"))
    plurals = [meta.dig(s, "names", "plural") for s in (spec, before)]
    return causes + field.immutable("spec.names.plural", *plurals)


def _group(group: str) -> list[Cause]:
    if not group:
        return [field.required("spec.group")]
    found = field.each("spec.group", group, dns_subdomain(group))
    if not found and "." not in group:
        found.append(field.invalid("spec.group", group, "should be a domain with at least one dot"))
    return found


def _scope(scope: str) -> list[Cause]:
    if not scope:
        return [field.required("spec.scope")]
    return [] if scope in _SCOPES else [field.not_supported("spec.scope", scope, _SCOPES)]


def _versions(versions: Sequence[Object], *, said: bool) -> list[Cause]:
    """Versions that are alike in schema are looked at once, as if it stood above them all."""
    causes: list[Cause] = []
    schemas = [meta.dig(v, "schema", "openAPIV3Schema") for v in versions]
    alike = all(schema == schemas[0] for schema in schemas)
    for at, version in enumerate(versions):
        path, name = f"spec.versions[{at}]", version.get("name", "")
        if found := dns_1035_label(name):
            causes.append(field.invalid(f"{path}.name", name, ",".join(found)))
        if schemas[at] is None:
            causes.append(field.required(f"{path}.schema.openAPIV3Schema"))
        elif not alike:
            causes += check_schema(schemas[at], f"{path}.schema.openAPIV3Schema")
        causes += _deprecation(version, f"{path}.deprecationWarning")
        causes += _parts(version, path, versions)
    names = [version.get("name", "") for version in versions]
    if len(set(names)) < len(names):
        causes.append(field.invalid("spec.versions", _shown(versions), "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        why = "must have exactly one version marked as storage version"
        causes.append(field.invalid("spec.versions", _shown(versions) if said else None, why))
    if versions:
        causes += _shared_parts(versions)
    if alike and versions and schemas[0] is not None:
        causes += check_schema(schemas[0], "spec.validation.openAPIV3Schema")
    return causes


def _deprecation(version: Object, path: str) -> list[Cause]:
    text = version.get("deprecationWarning")
    if text is None:
        return []
    if not version.get("deprecated"):
        return [field.invalid(path, text, "can only be set for deprecated versions")]
    found = []
    if len(text.encode()) > _WARNING_LENGTH:
        found.append(f"must be <= {_WARNING_LENGTH} characters long")
    if not text:
        found.append("must not be an empty string")
    bad = next((at for at, char in enumerate(text) if not char.isprintable()), None)
    if bad is not None:
        at = len(text[:bad].encode())
        found.append(
            f"must only contain printable UTF-8 characters; non-printable character found at index {at}"
        )
    return [field.invalid(path, text, why) for why in found]


def _shown(versions: Sequence[Object]) -> list[Object]:
    """Versions as Go shows its internal form, where what all share stands elsewhere."""
    shared = {n for n in _HOISTED if all(v.get(n) == versions[0].get(n) for v in versions)}
    return [
        {go: default if name in shared else version.get(name, default) for go, name, default in _GO_VERSION}
        for version in versions
    ]


def _parts(version: Object, path: str, versions: Sequence[Object]) -> list[Cause]:
    """What a version says of its own; what all say alike is looked at once."""
    own = {name: version.get(name) for name in _HOISTED if not _alike(name, versions)}
    return _checked(own, version, path)


def _shared_parts(versions: Sequence[Object]) -> list[Cause]:
    shared = {name: versions[0].get(name) for name in _HOISTED if _alike(name, versions)}
    return _checked(shared, versions[0], "spec")


def _alike(name: str, versions: Sequence[Object]) -> bool:
    return all(version.get(name) == versions[0].get(name) for version in versions)


def _checked(parts: Object, version: Object, path: str) -> list[Cause]:
    schema = meta.dig(version, "schema", "openAPIV3Schema") or {}
    causes = check_columns(parts.get("additionalPrinterColumns") or [], path)
    causes += check_selectable(parts.get("selectableFields") or [], schema, path)
    return causes + check_scale(parts.get("subresources"), path)


def _names(names: Object) -> list[Cause]:
    causes: list[Cause] = []
    for name in ("plural", "singular", "kind", "listKind"):
        value, path = names.get(name, ""), f"spec.names.{name}"
        if not value:
            causes.append(field.required(path))
            continue
        cased = name in ("kind", "listKind")
        prefix = "may have mixed case, but should otherwise match: " if cased else ""
        found = dns_1035_label(value.lower() if cased else value)
        if found:
            causes.append(field.invalid(path, value, prefix + ",".join(found)))
    for group in ("shortNames", "categories"):
        for at, value in enumerate(names.get(group) or []):
            found = dns_1035_label(value)
            if found:
                causes.append(field.invalid(f"spec.names.{group}[{at}]", value, ",".join(found)))
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        why = "kind and listKind may not be the same"
        causes.append(field.invalid("spec.names.listKind", names["listKind"], why))
    return causes


def _conversion(conversion: Object) -> list[Cause]:
    strategy, path = conversion.get("strategy", ""), "spec.conversion"
    if not strategy:
        return [field.required(f"{path}.strategy")]
    if strategy not in ("None", "Webhook"):
        return [field.not_supported(f"{path}.strategy", strategy, ("None", "Webhook"))]
    hook = conversion.get("webhook") or {}
    client, versions = hook.get("clientConfig"), hook.get("conversionReviewVersions") or []
    at, reviews = f"{path}.webhookClientConfig", f"{path}.conversionReviewVersions"
    if strategy == "None":
        why = "should not be set when strategy is not set to Webhook"
        places = [place for place, said in ((at, client is not None), (reviews, versions)) if said]
        return [field.forbidden(place, why) for place in places]
    if client is None:
        causes = [field.required(at, "required when strategy is set to Webhook")]
    elif not client.get("url") and not client.get("service"):
        causes = [field.required(at, "exactly one of url or service is required")]
    else:
        causes = validate_client(client, at)
    if not versions:
        causes.append(field.required(reviews))
    elif not {"v1", "v1beta1"} & set(versions):
        causes.append(field.invalid(reviews, versions, "must include at least one of v1, v1beta1"))
    return causes


def _stored(versions: Sequence[Object], stored: Sequence[str]) -> list[Cause]:
    if not stored:
        return [field.invalid("status.storedVersions", None, "must have at least one stored version")]
    left: dict[str, int] = {name: at for at, name in enumerate(stored)}
    causes: list[Cause] = []
    for version in versions:
        name: Any = version.get("name", "")
        if version.get("storage") and name not in left:
            why = f"must have the storage version {name}"
            causes.append(field.invalid("status.storedVersions", list(stored), why))
        left.pop(name, None)
    for name, at in left.items():
        causes.append(field.invalid(f"status.storedVersions[{at}]", name, "must appear in spec.versions"))
    return causes
