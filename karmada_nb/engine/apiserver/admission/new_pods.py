"""What the plugins share that look at a pod when it is made, and never again."""

from __future__ import annotations

from karmada_nb.engine import errors
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object


class NewPods(Plugin):
    """A plugin that changes new pods, or refuses them."""

    concerns = frozenset({"pods"})

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        pod = new_pod(attributes)
        return None if pod is None else self.admit_pod(pod, attributes, reader)

    def admit_pod(self, pod: Object, attributes: Attributes, reader: Reader) -> Object | None:
        """A changed pod, or None to leave it as it is. Raises StatusError to refuse it."""
        raise NotImplementedError


def new_pod(attributes: Attributes) -> Object | None:
    """The pod, if this write creates one."""
    creates = attributes.operation == "CREATE" and not attributes.subresource
    return attributes.obj if creates and attributes.resource.storage == "pods" else None


def refused(attributes: Attributes, why: str) -> StatusError:
    """403 for a pod."""
    return errors.forbidden("", "pods", attributes.name, why)
