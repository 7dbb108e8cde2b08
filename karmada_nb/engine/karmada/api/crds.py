"""The CustomResourceDefinitions that installing Karmada creates.

Follows charts/karmada/_crds/bases of Karmada, and charts/_crds/bases at v1.2.0. Bindings are stored as
v1alpha2; upstream's webhook that converts them from and to v1alpha1 is not declared, so a reader of
v1alpha1 finds the fields that both versions have.
"""

from __future__ import annotations

from functools import lru_cache

from karmada_nb.engine.karmada.api.schema import facts, root_schema
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.meta import Object


def custom_resource_definitions(edition: Edition) -> list[Object]:
    """One definition a kind, ready to be created. Shared: never to be changed."""
    return list(_definitions(edition))


@lru_cache(maxsize=2)
def _definitions(edition: Edition) -> tuple[Object, ...]:
    return tuple(_definition(line, edition) for line in facts(edition) if "kind" in line)


def _definition(line: Object, edition: Edition) -> Object:
    kind = line["kind"]
    names: Object = {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": line["plural"],
        "singular": line["singular"],
    }
    names |= {name: line[name] for name in ("shortNames", "categories") if name in line}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{line['plural']}.{line['group']}"},
        "spec": {
            "group": line["group"],
            "names": names,
            "scope": line["scope"],
            "versions": [_version(line, version, edition) for version in line["versions"]],
        },
    }


def _version(line: Object, version: Object, edition: Edition) -> Object:
    out: Object = {
        "name": version["name"],
        "served": True,
        "storage": version.get("storage", True),
        "schema": {"openAPIV3Schema": root_schema(line, version, edition)},
    }
    if version.get("status"):
        out["subresources"] = {"status": {}}
    if "columns" in version:
        out["additionalPrinterColumns"] = [
            {"name": name, "type": kind, "jsonPath": path} for name, kind, path in version["columns"]
        ]
    return out
