"""From one CustomResourceDefinition to the resources it defines, one a served version."""

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.crd.conversion import Converter
from karmada_nb.engine.apiserver.crd.fill import fill, prune
from karmada_nb.engine.apiserver.crd.strategy import CustomStrategy
from karmada_nb.engine.apiserver.discovery import version_priority
from karmada_nb.engine.apiserver.resource import Convert, Resource, ScaleSubresource
from karmada_nb.engine.apiserver.schema.catalogue import CUSTOM_VERBS, ResourceInfo, Subresource
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.apiserver.tables.custom import custom_table
from karmada_nb.engine.meta import Object


def resources(crd: Object) -> list[Resource]:
    """The served versions of a CRD whose names were accepted."""
    conversion = crd["spec"].get("conversion") or {}
    webhook = conversion.get("webhook") if conversion.get("strategy") == "Webhook" else None
    converter = Converter(webhook) if webhook else None
    served = [version for version in crd["spec"]["versions"] if version.get("served")]
    return [_resource(crd, version, converter) for version in served]


def storage_name(crd: Object) -> str:
    """``widgets.example.com``."""
    return f"{crd['spec']['names']['plural']}.{crd['spec']['group']}"


def _resource(crd: Object, version: Object, converter: Converter | None) -> Resource:
    spec, names = crd["spec"], crd["spec"]["names"]
    schema = _schema(version)
    subresources = version.get("subresources") or {}
    info = ResourceInfo(
        group=spec["group"],
        version=version["name"],
        kind=names["kind"],
        plural=names["plural"],
        verbs=CUSTOM_VERBS,
        singular=names.get("singular") or "",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        namespaced=spec["scope"] == "Namespaced",
        subresources=tuple(_subresources(names["kind"], subresources)),
        list_kind=names.get("listKind") or "",
    )
    return Resource(
        info=info,
        schema=schema,
        strategy=CustomStrategy(schema, "status" in subresources, _scale(subresources.get("scale"))),
        table=custom_table(version.get("additionalPrinterColumns") or []),
        storage=storage_name(crd),
        scale=_scale(subresources.get("scale")),
        custom=True,
        from_storage=_read(crd, version["name"], converter),
        to_storage=_stored(crd, converter),
        asks=converter is not None and len(crd["spec"]["versions"]) > 1,
        deprecation=_deprecation(crd, version),
        selectable=tuple(f["jsonPath"].lstrip(".") for f in version.get("selectableFields") or ()),
    )


def _subresources(kind: str, said: Object) -> list[Subresource]:
    found = []
    if "status" in said:
        found.append(Subresource("status", kind))
    if "scale" in said:
        found.append(Subresource("scale", "Scale", group="autoscaling", version="v1"))
    return found


def _scale(said: Object | None) -> ScaleSubresource | None:
    if said is None:
        return None
    selector = said.get("labelSelectorPath")
    return ScaleSubresource(
        _path(said["specReplicasPath"]),
        _path(said["statusReplicasPath"]),
        _path(selector) if selector else None,
    )


def _path(json_path: str) -> tuple[str, ...]:
    return tuple(json_path.lstrip(".").split("."))


def _storage_version(crd: Object) -> str:
    return str(next(v["name"] for v in crd["spec"]["versions"] if v.get("storage")))


def _read(crd: Object, version: str, converter: Converter | None) -> Convert | None:
    """From storage: fields and defaults of the version in which it was stored, then converted.

    The first may differ from what was written only where the definition has changed.
    """
    convert = _convert(crd, version, converter)
    if meta.metadata(crd).get("generation", 1) == 1:
        return convert
    group = crd["spec"]["group"]
    schemas = {meta.api_version(group, v["name"]): _schema(v) for v in crd["spec"]["versions"]}

    def read(obj: Object) -> Object:
        schema = schemas.get(obj["apiVersion"])
        filled: Object = obj if schema is None else fill(schema, prune(schema, obj))
        return filled if convert is None else convert(filled)

    return read


def _schema(version: Object) -> Schema:
    return structural.root(meta.dig(version, "schema", "openAPIV3Schema"))


def _convert(crd: Object, version: str, converter: Converter | None) -> Convert | None:
    """With the strategy None a version differs from another in nothing but its name."""
    if len(crd["spec"]["versions"]) == 1:
        return None
    wanted = meta.api_version(crd["spec"]["group"], version)
    if converter is not None:
        return lambda obj: converter.convert(obj, wanted)

    def convert(obj: Object) -> Object:
        return obj if obj["apiVersion"] == wanted else {**obj, "apiVersion": wanted}

    return convert


def _stored(crd: Object, converter: Converter | None) -> Convert | None:
    """Into the storage version, with that version's fields and defaults."""
    convert = _convert(crd, _storage_version(crd), converter)
    if convert is None:
        return None
    version = next(v for v in crd["spec"]["versions"] if v.get("storage"))
    schema = _schema(version)
    wanted = meta.api_version(crd["spec"]["group"], version["name"])

    def stored(obj: Object) -> Object:
        if obj["apiVersion"] == wanted:
            return obj
        filled: Object = fill(schema, prune(schema, convert(obj)))
        return filled

    return stored


def _deprecation(crd: Object, version: Object) -> str:
    if not version.get("deprecated"):
        return ""
    if version.get("deprecationWarning") is not None:
        return str(version["deprecationWarning"])
    group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
    text = f"{group}/{version['name']} {kind} is deprecated"
    others = [
        v["name"]
        for v in crd["spec"]["versions"]
        if v.get("served") and not v.get("deprecated") and _newer(v["name"], version["name"])
    ]
    best = max(others, key=version_priority, default="")
    return f"{text}; use {group}/{best} {kind}" if best else text


def _newer(version: str, than: str) -> bool:
    """A version that may take the place of another: above it, and no less stable."""
    ours, theirs = version_priority(version), version_priority(than)
    return ours > theirs and ours[0] >= theirs[0]
