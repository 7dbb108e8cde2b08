"""The paths of a resource in an OpenAPI document: which requests there are, and with which parameters.

Clients read from them which kind a resource has, which patches it takes, and whether the server understands
``dryRun`` and ``fieldValidation``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from karmada_nb.engine.apiserver.openapi.definitions import META, Definitions
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.meta import Object

_PATCHES: Final = (
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
)
_STRATEGIC: Final = "application/strategic-merge-patch+json"
_JSON: Final = ("application/json", "application/yaml")

_WRITE: Final = {"dryRun": "string", "fieldManager": "string", "fieldValidation": "string"}
_DELETE: Final = {
    "dryRun": "string",
    "gracePeriodSeconds": "integer",
    "orphanDependents": "boolean",
    "propagationPolicy": "string",
}
_LIST: Final = {
    "allowWatchBookmarks": "boolean",
    "continue": "string",
    "fieldSelector": "string",
    "labelSelector": "string",
    "limit": "integer",
    "resourceVersion": "string",
    "resourceVersionMatch": "string",
    "sendInitialEvents": "boolean",
    "timeoutSeconds": "integer",
    "watch": "boolean",
}
_PARAMETERS: Final[dict[str, dict[str, str]]] = {
    "list": _LIST,
    "post": _WRITE,
    "put": _WRITE,
    "patch": {**_WRITE, "force": "boolean"},
    "delete": _DELETE,
    "deletecollection": {**_LIST, **_DELETE},
}
_METHOD: Final = {
    "get": "get",
    "list": "get",
    "post": "post",
    "put": "put",
    "patch": "patch",
    "delete": "delete",
    "deletecollection": "delete",
}
_PREFIX: Final = {
    "get": "read",
    "list": "list",
    "post": "create",
    "put": "replace",
    "patch": "patch",
    "delete": "delete",
    "deletecollection": "deleteCollection",
    "connect": "connect",
}
_ACTION: Final = {"create": "post", "update": "put", "patch": "patch", "get": "get", "delete": "delete"}
_CONNECTED: Final = {"attach", "exec", "portforward", "proxy"}


class Paths:
    """Writes the paths of resources; ``definitions`` takes the types they speak of."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._v2 = definitions.dialect == "v2"

    def of(
        self, info: ResourceInfo, kind: Object, kind_list: Object, parts: dict[str, Object], custom: bool
    ) -> Object:
        """The paths of one resource. ``kind``, ``kind_list`` and ``parts`` refer to the types in bodies."""
        return dict(self._paths(_Writer(self._definitions, info, custom), kind, kind_list, parts))

    def _paths(
        self, writer: _Writer, kind: Object, kind_list: Object, parts: dict[str, Object]
    ) -> Iterator[tuple[str, Object]]:
        info = writer.info
        root = f"/apis/{info.group}/{info.version}" if info.group else f"/api/{info.version}"
        verbs = set(info.verbs)
        scope = (
            f"{root}/namespaces/{{namespace}}/{info.plural}" if info.namespaced else f"{root}/{info.plural}"
        )
        own = (info.group, info.version, info.kind)
        collection: Object = {}
        for verb, action, body in (
            ("list", "list", kind_list),
            ("create", "post", kind),
            ("deletecollection", "deletecollection", kind),
        ):
            if verb in verbs:
                collection[_METHOD[action]] = writer.operation(action, own, body)
        if collection:
            yield scope, writer.path(collection, named=False)
        if info.namespaced and "list" in verbs:
            everywhere = {"get": writer.operation("list", own, kind_list, "ForAllNamespaces")}
            yield f"{root}/{info.plural}", everywhere
        item = {
            _METHOD[action]: writer.operation(action, own, kind)
            for verb, action in _ACTION.items()
            if verb in verbs and verb != "create"
        }
        if item:
            yield f"{scope}/{{name}}", writer.path(item, named=True)
        for part in info.subresources:
            theirs = (part.group or info.group, part.version or info.version, part.kind)
            connected = part.name in _CONNECTED
            operations = {
                _ACTION[verb]: writer.operation(
                    "connect" if connected else _ACTION[verb],
                    theirs,
                    parts[part.name],
                    part.name.capitalize(),
                )
                for verb in part.verbs
            }
            yield f"{scope}/{{name}}/{part.name}", writer.path(operations, named=True)


class _Writer:
    """One resource's paths and operations."""

    def __init__(self, definitions: Definitions, info: ResourceInfo, custom: bool) -> None:
        self.info = info
        self._definitions = definitions
        self._v2 = definitions.dialect == "v2"
        self._patches = _PATCHES if custom else (*_PATCHES, _STRATEGIC)
        words = [word for word in info.group.removesuffix(".k8s.io").replace("-", ".").split(".") if word]
        camel = "".join(word.capitalize() for word in words) or "Core"
        self._tag = f"{camel[0].lower()}{camel[1:]}_{info.version}"
        self._group = camel + info.version.capitalize()

    def path(self, operations: Object, *, named: bool) -> Object:
        """A path's operations and the parameters in the path."""
        names = (["namespace"] if self.info.namespaced else []) + (["name"] if named else [])
        parameters = [self._parameter(name, "string", "path") for name in names]
        return {**operations, "parameters": parameters} if parameters else operations

    def operation(self, action: str, kind: tuple[str, str, str], body: Object, suffix: str = "") -> Object:
        group, version, name = kind
        scope = "Namespaced" if self.info.namespaced and suffix != "ForAllNamespaces" else ""
        parameters = [
            self._parameter(key, form, "query") for key, form in _PARAMETERS.get(action, {}).items()
        ]
        out: Object = {
            "tags": [self._tag],
            "operationId": f"{_PREFIX[action]}{self._group}{scope}{self.info.kind}{suffix}",
            "parameters": parameters,
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": {"group": group, "version": version, "kind": name},
        }
        if sent := self._sent(action, body):
            media, schema = sent
            if self._v2:
                parameters.append({"name": "body", "in": "body", "required": True, "schema": schema})
                out["consumes"] = list(media)
            else:
                out["requestBody"] = {"content": {form: {"schema": schema} for form in media}}
        return out | self._answers(action, body)

    def _sent(self, action: str, body: Object) -> tuple[tuple[str, ...], Object] | None:
        """What a request carries: media types and schema."""
        if action == "patch":
            return self._patches, self._definitions.reference(META + "Patch")
        if action in ("delete", "deletecollection"):
            return _JSON, self._definitions.reference(META + "DeleteOptions")
        return (_JSON, body) if action in ("post", "put") else None

    def _answers(self, action: str, body: Object) -> Object:
        deleted = action in ("delete", "deletecollection")
        schema = self._definitions.reference(META + "Status") if deleted else body
        codes = {"200": "OK", "401": "Unauthorized"}
        if action in ("post", "put", "patch"):
            codes["201"] = "Created"
        answers: dict[str, Any] = {}
        for code, meaning in sorted(codes.items()):
            answers[code] = {"description": meaning}
            if code != "401" and self._v2:
                answers[code]["schema"] = schema
            elif code != "401":
                answers[code]["content"] = {form: {"schema": schema} for form in _JSON}
        return {"responses": answers, "produces": list(_JSON)} if self._v2 else {"responses": answers}

    def _parameter(self, name: str, form: str, place: str) -> Object:
        out: Object = {"name": name, "in": place}
        if place == "path":
            out["required"] = True
        return {**out, "type": form, "uniqueItems": True} if self._v2 else {**out, "schema": {"type": form}}
