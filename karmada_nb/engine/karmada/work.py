"""The Works that a binding asks for: one for each of its clusters, with the template as the cluster gets it.

Pure: the binding controller writes what ``merge_work`` makes of each Work and tells the events. Both
editions are behind the same two functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from karmada_nb.engine.karmada import work_article, work_current
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.interpreter import Interpreter, native
from karmada_nb.engine.karmada.work_common import (
    ClusterGetter,
    DesiredWorks,
    WorkError,
    merge_target_clusters,
)
from karmada_nb.engine.meta import Object

__all__ = [
    "ClusterGetter",
    "DesiredWorks",
    "WorkError",
    "desired_works",
    "merge_target_clusters",
    "merge_work",
]


def desired_works(
    binding: Object,
    template: Object,
    cluster: ClusterGetter,
    override_policies: Sequence[Object] = (),
    cluster_override_policies: Sequence[Object] = (),
    interpreter: Interpreter | None = None,
    edition: Edition = CURRENT,
    *,
    stateful_failover: bool = False,
) -> DesiredWorks:
    """The Works of a ResourceBinding (it has a namespace) or ClusterResourceBinding (it has none).

    Never raises: what failed is in ``errors``. Without ``interpreter`` the edition's native one is asked.
    ``stateful_failover`` is the feature gate StatefulFailoverInjection.
    """
    policies = override_policies, cluster_override_policies
    interpreter = interpreter or native(edition)
    if edition == CURRENT:
        return work_current.desired_works(
            binding, template, cluster, *policies, interpreter, stateful_failover=stateful_failover
        )
    return work_article.desired_works(binding, template, cluster, *policies, interpreter)


def merge_work(existing: Object | None, desired: Object, edition: Edition = CURRENT) -> Object:
    """What to write: ``desired`` where there is no Work yet, else the existing one brought up to it.

    The same object comes back where nothing is to be written. Raises WorkError for a Work being deleted
    (v1.2 writes it all the same).
    """
    if existing is None:
        return desired
    merge = work_current.merge_work if edition == CURRENT else work_article.merge_work
    return merge(existing, desired)
