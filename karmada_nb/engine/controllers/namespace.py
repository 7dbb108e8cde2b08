"""Namespaces that are deleted take everything in them along.

Follows pkg/controller/namespace/deletion/namespaced_resources_deleter.go: all content is deleted, conditions
say what still stands, and when nothing does the ``kubernetes`` finalizer is taken away.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, Protocol

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import NAMESPACES, Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself

Discover = Callable[[], Iterable[Resource]]
"""The namespaced resources that can be listed and deleted, one version each."""


class Elsewhere(Protocol):
    """The resources that other API servers have."""

    def failures(self) -> list[str]:
        """``group/version`` of each server that cannot be asked what it has."""

    async def clear(self, namespace: str) -> tuple[dict[str, int], list[str]]:
        """Delete all content; what remains by resource, and what was refused."""


Verdict = tuple[str, str, str, str]
"""A condition: type, status, reason, message."""

AGAIN: Final = 0.1
"""Seconds until what could not be deleted at once is looked at again, at first."""
REFUSED: Final = 1.0
"""Seconds until a deletion that was refused is tried again."""


class NamespaceController:
    name = "namespace-controller"

    def __init__(self, context: Context, discover: Discover, elsewhere: Elsewhere) -> None:
        self._client = context.client_as(self.name)
        self._clock = context.clock
        self._informers = context.informers
        self._discover = discover
        self._elsewhere = elsewhere
        self._namespaces = context.informers(*NAMESPACES)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._namespaces, itself)

    async def reconcile(self, key: Key) -> Result:
        namespace = self._namespaces.get(key)
        if namespace is None or not meta.deleting(namespace):
            return DONE
        if "kubernetes" not in meta.dig(namespace, "spec", "finalizers", default=[]):
            return DONE
        refusals = await self._delete_all(key.name)
        remaining, held = self._left(key.name)
        others, refused = await self._elsewhere.clear(key.name)
        unheard = self._elsewhere.failures()
        remaining, refusals = remaining | others, refusals + refused
        await self._tell(namespace, verdicts(remaining, held, refusals, unheard))
        if refusals or unheard:
            return Result(after=REFUSED)
        if remaining:
            age = (
                self._clock.now() - meta.parse_time(namespace["metadata"]["deletionTimestamp"])
            ).total_seconds()
            return Result(after=min(5.0, max(AGAIN, age / 4)))
        current = self._namespaces.get(key)
        if current is not None:
            kept = [f for f in current["spec"]["finalizers"] if f != "kubernetes"]
            await self._client.update(
                NAMESPACES, meta.replace(current, ["spec", "finalizers"], kept), "finalize"
            )
        return DONE

    async def _delete_all(self, namespace: str) -> list[str]:
        """Delete all content; what was refused, one message for each resource."""
        refusals = []
        for resource in self._discover():
            try:
                for obj in self._informers(*resource).items(namespace):
                    if not meta.deleting(obj):
                        await self._delete(resource, obj)
            except StatusError as error:
                refusals.append(error.message)
        return refusals

    def _left(self, namespace: str) -> tuple[dict[str, int], dict[str, int]]:
        """What remains by resource, and which finalizers hold how many of it."""
        remaining: dict[str, int] = {}
        held: dict[str, int] = {}
        for resource in self._discover():
            for obj in self._informers(*resource).items(namespace):
                label = f"{resource.plural}.{resource.group}" if resource.group else f"{resource.plural}."
                remaining[label] = remaining.get(label, 0) + 1
                for finalizer in meta.finalizers(obj):
                    held[finalizer] = held.get(finalizer, 0) + 1
        return remaining, held

    async def _delete(self, resource: Resource, obj: Object) -> None:
        try:
            await self._client.delete(resource, meta.name(obj), meta.namespace(obj), propagation="Background")
        except StatusError as error:
            if error.code not in (404, 409):
                raise

    async def _tell(self, namespace: Object, told: Iterable[Verdict]) -> None:
        now = self._clock.now()
        conditions = meta.dig(namespace, "status", "conditions", default=[])
        for kind, status, reason, message in told:
            conditions = meta.set_condition(conditions, kind, status, reason, message, now)
        current = self._namespaces.get(meta.key(namespace))
        if current is None or meta.dig(current, "status", "conditions", default=[]) == conditions:
            return
        changed = meta.replace(current, ["status", "conditions"], conditions)
        await self._client.update(NAMESPACES, changed, "status")


def verdicts(
    remaining: Mapping[str, int],
    held: Mapping[str, int],
    refusals: Collection[str] = (),
    unheard: Collection[str] = (),
) -> Iterable[Verdict]:
    """The conditions of a terminating namespace: type, status, reason, message."""
    if unheard:
        each = ", ".join(f"{name}: stale GroupVersion discovery: {name}" for name in sorted(unheard))
        text = (
            f"Discovery failed for some groups, {len(unheard)} failing: "
            f"unable to retrieve the complete list of server APIs: {each}"
        )
        yield "NamespaceDeletionDiscoveryFailure", "True", "DiscoveryFailed", text
    else:
        discovered = "All resources successfully discovered"
        yield "NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", discovered
    parsed = "All legacy kube types successfully parsed"
    yield "NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", parsed
    if refusals:
        text = (
            f"Failed to delete all resource types, {len(refusals)} remaining: {', '.join(sorted(refusals))}"
        )
        yield "NamespaceDeletionContentFailure", "True", "ContentDeletionFailed", text
    else:
        deleted = "All content successfully deleted, may be waiting on finalization"
        yield "NamespaceDeletionContentFailure", "False", "ContentDeleted", deleted
    if remaining:
        parts = ", ".join(f"{name} has {n} resource instances" for name, n in sorted(remaining.items()))
        text = f"Some resources are remaining: {parts}"
        yield "NamespaceContentRemaining", "True", "SomeResourcesRemain", text
    else:
        yield "NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed"
    if held:
        parts = ", ".join(f"{name} in {n} resource instances" for name, n in sorted(held.items()))
        text = f"Some content in the namespace has finalizers remaining: {parts}"
        yield "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", text
    else:
        text = "All content-preserving finalizers finished"
        yield "NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", text
