"""Which dependents belong to an owner. Follows pkg/controller/controller_ref_manager.go."""

from collections.abc import Callable, Iterable
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.informer import Event, Informer

OWNER_INDEX: Final = "controller"
ORPHAN_INDEX: Final = "orphan"


def by_controller(obj: Object) -> Iterable[str]:
    """Index: the uid of the controller."""
    owner = meta.controller_of(obj)
    return (owner["uid"],) if owner else ()


def without_controller(obj: Object) -> Iterable[str]:
    """Index: the namespace of an object that nobody controls."""
    return () if meta.controller_of(obj) else (meta.namespace(obj),)


class Claims:
    """The dependents of one resource: owners adopt what matches and let go of what does not any more."""

    def __init__(self, client: Client, resource: Resource, informer: Informer) -> None:
        self._client = client
        self._resource = resource
        self._informer = informer
        informer.add_index(OWNER_INDEX, by_controller)
        informer.add_index(ORPHAN_INDEX, without_controller)

    def of(self, owner: Object) -> list[Object]:
        """What names ``owner`` as its controller."""
        return self._informer.by_index(OWNER_INDEX, meta.uid(owner))

    async def claim(
        self,
        owner: Object,
        selector: selectors.Selector,
        adoptable: Callable[[Object], bool] = lambda obj: not meta.deleting(obj),
    ) -> list[Object]:
        """What ``owner`` controls after it adopted matching orphans and let go of what does not match."""
        kept = []
        for obj in self.of(owner):
            if selector.matches(meta.labels(obj)):
                kept.append(obj)
            elif not meta.deleting(owner):
                left = [ref for ref in meta.owners(obj) if ref["uid"] != meta.uid(owner)]
                await self._client.update(
                    self._resource, meta.with_metadata(obj, ownerReferences=left or None)
                )
        if meta.deleting(owner):
            return kept
        for obj in self._informer.by_index(ORPHAN_INDEX, meta.namespace(owner)):
            if adoptable(obj) and selector.matches(meta.labels(obj)):
                refs = [*meta.owners(obj), meta.owner_reference(owner)]
                adopted = meta.with_metadata(obj, ownerReferences=refs)
                kept.append(await self._client.update(self._resource, adopted))
        return kept


def adopters(owners: Informer) -> Callable[[Event], Iterable[Key]]:
    """Keys: the owners whose selector takes in an object that nobody controls."""

    def keys(event: Event) -> Iterable[Key]:
        obj = event.new
        if obj is None or meta.controller_of(obj) or meta.deleting(obj) or not meta.labels(obj):
            return ()
        return [
            meta.key(owner)
            for owner in owners.items(meta.namespace(obj))
            if selector_of(owner).matches(meta.labels(obj))
        ]

    return keys


def selector_of(owner: Object) -> selectors.Selector:
    """``spec.selector``, be it a LabelSelector or the plain map of a ReplicationController."""
    said = owner["spec"].get("selector")
    if said and "matchLabels" not in said and "matchExpressions" not in said:
        said = {"matchLabels": said}
    return selectors.from_label_selector(said)
