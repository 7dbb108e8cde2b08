"""What both editions' Works have in common: where they go, where they came from, what failed.

Follows pkg/controllers/binding/common.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    APPLIED_CLUSTER_OVERRIDES,
    APPLIED_OVERRIDES,
    CLUSTER_RESOURCE_BINDING_ANNOTATION_KEY,
    CURRENT,
    RESOURCE_BINDING_NAME_ANNOTATION_KEY,
    RESOURCE_BINDING_NAMESPACE_ANNOTATION_KEY,
    Edition,
)
from karmada_nb.engine.karmada.override import Overridden, apply_override_policies, marshal_applied
from karmada_nb.engine.karmada.policy.event import Event
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster, from_objects
from karmada_nb.engine.meta import Object

ClusterGetter = Callable[[str], Object | None]
"""The Cluster of a name, ``None`` where there is none; ``dict.get`` is one."""


class WorkError(Exception):
    """A Work cannot be made or written; the text is what the binding's event says."""


@dataclass(frozen=True, slots=True)
class DesiredWorks:
    """``works`` in the order of the clusters; ``errors`` of the clusters that got none; ``events`` of the
    override manager, about the template."""

    works: tuple[Object, ...] = ()
    errors: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def error(self) -> str | None:
        """All errors in one text, as Go joins them; ``None`` where all went well."""
        texts = list(dict.fromkeys(self.errors))
        if not texts:
            return None
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def merge_target_clusters(spec: Object) -> list[TargetCluster]:
    """Where the scheduler put it, then where those that depend on it are."""
    targets = from_objects(spec.get("clusters"))
    seen = {target.name for target in targets}
    for snapshot in spec.get("requiredBy") or ():
        for target in from_objects(snapshot.get("clusters")):
            if target.name not in seen:
                seen.add(target.name)
                targets.append(target)
    return targets


def override_for(
    obj: Object,
    name: str,
    cluster: ClusterGetter,
    override_policies: Sequence[Object],
    cluster_override_policies: Sequence[Object],
    edition: Edition = CURRENT,
) -> Overridden:
    """The object as the policies change it for the named cluster, which must exist."""
    found = cluster(name)
    if found is None:
        raise WorkError(f'clusters.cluster.karmada.io "{name}" not found')
    return apply_override_policies(obj, found, override_policies, cluster_override_policies, edition)


def binding_annotations(binding: Object) -> dict[str, str]:
    """The annotations that lead back to a binding."""
    if not meta.namespace(binding):
        return {CLUSTER_RESOURCE_BINDING_ANNOTATION_KEY: meta.name(binding)}
    return {
        RESOURCE_BINDING_NAMESPACE_ANNOTATION_KEY: meta.namespace(binding),
        RESOURCE_BINDING_NAME_ANNOTATION_KEY: meta.name(binding),
    }


def applied_annotations(done: Overridden) -> dict[str, str]:
    """The annotations that record which overrides a Work's manifest went through."""
    texts = {
        APPLIED_CLUSTER_OVERRIDES: marshal_applied(done.cluster_overrides),
        APPLIED_OVERRIDES: marshal_applied(done.overrides),
    }
    return {annotation: text for annotation, text in texts.items() if text}
