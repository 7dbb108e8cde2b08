"""From one CustomResourceDefinition to the resources it defines, one a served version."""

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.crd.strategy import CustomStrategy
from karmada_nb.engine.apiserver.resource import Convert, Resource, ScaleSubresource
from karmada_nb.engine.apiserver.schema.catalogue import CUSTOM_VERBS, ResourceInfo, Subresource
from karmada_nb.engine.apiserver.tables.custom import custom_table
from karmada_nb.engine.meta import Object


def resources(crd: Object) -> list[Resource]:
    """The served versions of a CRD whose names were accepted."""
    return [_resource(crd, version) for version in crd["spec"]["versions"] if version.get("served")]


def storage_name(crd: Object) -> str:
    """``widgets.example.com``."""
    return f"{crd['spec']['names']['plural']}.{crd['spec']['group']}"


def _resource(crd: Object, version: Object) -> Resource:
    spec, names = crd["spec"], crd["spec"]["names"]
    schema = structural.root(meta.dig(version, "schema", "openAPIV3Schema"))
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
        strategy=CustomStrategy(schema, "status" in subresources, _deprecation(crd, version)),
        table=custom_table(version.get("additionalPrinterColumns") or []),
        storage=storage_name(crd),
        scale=_scale(subresources.get("scale")),
        custom=True,
        from_storage=_convert(crd, version["name"]),
        to_storage=_convert(crd, _storage_version(crd)),
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


def _convert(crd: Object, version: str) -> Convert | None:
    """Strategy None: a version differs from another in nothing but its name."""
    if len(crd["spec"]["versions"]) == 1:
        return None
    wanted = meta.api_version(crd["spec"]["group"], version)

    def convert(obj: Object) -> Object:
        return obj if obj["apiVersion"] == wanted else {**obj, "apiVersion": wanted}

    return convert


def _deprecation(crd: Object, version: Object) -> str:
    if not version.get("deprecated"):
        return ""
    said = version.get("deprecationWarning")
    group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
    return said or f"{group}/{version['name']} {kind} is deprecated"
