"""What the pods of a cluster take, kept as sums by node that follow each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.estimator.nodes import Share
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.informer import Event, Informer


class PodSums:
    """``share`` says what a pod counts for, None for nothing; ``changed`` is called when a sum changed."""

    def __init__(
        self, pods: Informer, share: Callable[[Object], Share | None], changed: Callable[[], None]
    ) -> None:
        self.by_node: dict[str, Counter[str]] = {}
        self.bound: Counter[str] = Counter()
        """The sum over all nodes."""
        self._share = share
        self._changed = changed
        self._pods: dict[Key, Share] = {}
        self.stop = pods.add_handler(self._pod_changed)

    def _pod_changed(self, event: Event) -> None:
        key = meta.key(event.object)
        before = self._pods.get(key)
        after = None if event.new is None else self._share(event.new)
        if before == after:
            return
        if before is not None:
            self._count(before, -1)
            del self._pods[key]
        if after is not None:
            self._count(after, 1)
            self._pods[key] = after
        self._changed()

    def _count(self, share: Share, sign: int) -> None:
        taken = self.by_node.setdefault(share.node, Counter())
        for name, amount in share.amounts.items():
            taken[name] += sign * amount
            if share.node:
                self.bound[name] += sign * amount
        if not taken["pods"]:
            del self.by_node[share.node]
