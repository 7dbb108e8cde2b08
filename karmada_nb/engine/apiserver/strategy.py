"""What a kind adds to the generic verbs: defaults, preparation, validation.

Follows the shape of k8s.io/apiserver pkg/registry/rest (RESTCreateStrategy, RESTUpdateStrategy). Every
method is pure: objects in, new objects or causes out. The base class is a kind without rules of its own.
"""

from typing import ClassVar

from karmada_nb.engine import meta
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object


class Strategy:
    """``has_status``: the kind has a status subresource, so plain writes leave ``status`` as it was.

    ``generational``: ``metadata.generation`` counts changes outside metadata and status.
    """

    has_status: ClassVar[bool] = False
    generational: ClassVar[bool] = False
    first_generation: ClassVar[int] = 1
    """The generation of a new object of a ``generational`` kind; 0 is not written."""
    allow_create_on_update: ClassVar[bool] = False
    """A PUT to a name that does not exist creates it."""
    allow_unconditional_update: ClassVar[bool] = True
    """A PUT without resourceVersion overwrites; otherwise it must name one."""
    returns_deleted: ClassVar[bool] = False
    """DELETE answers with the object that went, not with a Status."""
    cold: ClassVar[bool] = False
    """There are many, and hardly anybody reads them: the store keeps their bytes."""
    graceful: ClassVar[bool] = False
    """Deletion leaves its marks even where it happens at once."""
    final_steps: ClassVar[tuple[str, ...]] = ()
    """Finalizers that deletion puts on: work that is done before an object goes."""
    default_propagation: ClassVar[str] = ""
    """What becomes of dependents when a DELETE does not say; "" leaves them to garbage collection."""
    orphaning_warning: ClassVar[str] = ""
    """The warning to who deletes without saying what becomes of dependents."""

    def default(self, obj: Object) -> Object:
        """The object with this kind's defaults filled in (after decoding, before admission)."""
        return obj

    def prepare_create(self, obj: Object) -> Object:
        """What a client may not set is taken away: the status of a kind that has a subresource for it."""
        return self.initial_status(meta.without(obj, ["status"])) if self.has_status else obj

    def initial_status(self, obj: Object) -> Object:
        """A new object's status, where the kind has one from the start."""
        return obj

    def validate_name(self, name: str) -> list[str]:
        """Upstream's complaints about a name; most kinds want a DNS subdomain."""
        from karmada_nb.engine.apiserver.validation.names import dns_subdomain

        return dns_subdomain(name)

    def validate(self, obj: Object) -> list[Cause]:
        """What is wrong with a new object beyond its metadata."""
        return []

    def prepare_update(self, obj: Object, old: Object) -> Object:
        """A plain write: the status stays as it was."""
        if not self.has_status:
            return obj
        if "status" in old:
            return obj if obj.get("status") is old["status"] else {**obj, "status": old["status"]}
        return meta.without(obj, ["status"]) if "status" in obj else obj

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        """What is wrong with a change: fields that may not change, and all that ``validate`` finds."""
        return self.validate(obj)

    def prepare_subresource(self, obj: Object, old: Object, subresource: str) -> Object:
        """A write to a subresource other than ``status``; ``""`` is the object itself."""
        return self.prepare_update(obj, old)

    def validate_subresource(self, obj: Object, old: Object, subresource: str) -> list[Cause]:
        """What is wrong with such a write."""
        return self.validate_update(obj, old)

    def prepare_status(self, obj: Object, old: Object) -> Object:
        """A write to the status subresource: only the status (and managedFields) come from ``obj``."""
        metadata = old["metadata"]
        fresh = {k: v for k, v in obj["metadata"].items() if k in ("managedFields", "resourceVersion")}
        out = {**old, "metadata": {**metadata, **fresh}}
        if "status" in obj:
            return {**out, "status": obj["status"]}
        return meta.without(out, ["status"])

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return []

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Texts for the Warning header: deprecated or doubtful, yet accepted."""
        return []

    def grace_seconds(self, obj: Object, asked: int | None) -> int:
        """How long a graceful deletion waits; 0 deletes at once."""
        return 0

    def terminate(self, obj: Object) -> Object:
        """What else changes when deletion begins (a namespace becomes Terminating)."""
        return obj

    def held(self, obj: Object) -> bool:
        """Whether something besides ``metadata.finalizers`` keeps an object that is being deleted."""
        return False

    def fields(self, obj: Object) -> dict[str, str]:
        """The values of the selectable fields beyond metadata.name and metadata.namespace."""
        return {}
