"""Namespaces must exist to be written into, and some may not go.

Follows k8s.io/apiserver pkg/admission/plugin/namespace/lifecycle/admission.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object

IMMORTAL: Final = frozenset({"default", "kube-system", "kube-public"})


class NamespaceLifecycle(Plugin):
    """Refuses writes into namespaces that are not there or are on their way out."""

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        resource = attributes.resource
        if attributes.operation != "CREATE" or not resource.namespaced or attributes.subresource:
            return None
        namespace = reader.find("namespaces", "", attributes.namespace)
        if namespace is None:
            raise errors.not_found("", "namespaces", attributes.namespace)
        if meta.dig(namespace, "status", "phase") == "Terminating":
            raise _terminating(attributes)
        return None

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        if attributes.operation != "DELETE" or attributes.resource.storage != "namespaces":
            return
        if attributes.name in IMMORTAL:
            raise errors.forbidden("", "namespaces", attributes.name, "this namespace may not be deleted")


def _terminating(attributes: Attributes) -> StatusError:
    resource, namespace = attributes.resource, attributes.namespace
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    error = errors.forbidden(resource.group, resource.plural, attributes.name, why)
    cause = {
        "reason": "NamespaceTerminating",
        "message": f"namespace {namespace} is being terminated",
        "field": "metadata.namespace",
    }
    details = {**(error.details or {}), "causes": [cause]}
    return StatusError(error.code, error.reason, error.message, details)
