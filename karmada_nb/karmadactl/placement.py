"""Why the replicas of a workload are where they are: the binding and the clusters, asked of Karmada.

The explanation itself is made by the code that decides: ``engine.karmada.scheduler.explain``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.meta import Object, dig
from karmada_nb.karmadactl.command import edition_of
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.kubeconfig import load
from karmada_nb.karmadactl.session import Session
from karmada_nb.language import say

if TYPE_CHECKING:
    from karmada_nb.engine.karmada.scheduler.explain import Explanation
    from karmada_nb.engine.karmada.scheduler.explain_seats import Seat

_WORK: Final = "/apis/work.karmada.io/v1alpha2"
_CLUSTERS: Final = "/apis/cluster.karmada.io/v1alpha1/clusters"
_POLICY: Final = "/apis/policy.karmada.io/v1alpha1"


def explanation(path: str, name: str, namespace: str, kind: str, *, anew: bool = False) -> str:
    """The page that explains one binding. Raises CommandError, StatusError, ConnectionFailed."""
    from karmada_nb.karmadactl.placement_text import render

    return render(explained(path, name, namespace, kind, anew=anew))


def hand_out(path: str, name: str, namespace: str, kind: str, *, anew: bool = False) -> Sequence[Seat]:
    """The replicas given one by one, for a table. Raises as ``explanation`` does."""
    from karmada_nb.engine.karmada.scheduler.explain_seats import seats

    return seats(explained(path, name, namespace, kind, anew=anew))


def explained(path: str, name: str, namespace: str, kind: str, *, anew: bool = False) -> Explanation:
    """Why one binding goes where it goes. Raises CommandError, StatusError, ConnectionFailed."""
    from karmada_nb.engine.karmada.scheduler import explain as scheduler
    from karmada_nb.engine.karmada.scheduler.estimator import general_estimate
    from karmada_nb.engine.karmada.scheduler.flow import Surroundings

    access = load(path)
    karmada, edition = Session(access), edition_of(access)
    binding = _binding(karmada, name, namespace, kind)
    clusters = karmada.get(_CLUSTERS).get("items") or []
    policy = _policy_placement(karmada, binding, edition)
    try:
        around = Surroundings(clusters, general_estimate, datetime.now(UTC), edition)
        return scheduler.explain(binding, around, policy, anew=anew)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _binding(karmada: Session, name: str, namespace: str, kind: str) -> Object:
    place = f"namespaces/{namespace}/resourcebindings" if namespace else "clusterresourcebindings"
    wanted = generate_binding_name(kind, name)
    try:
        return karmada.get(f"{_WORK}/{place}/{wanted}")
    except StatusError as error:
        if error.code != 404:
            raise
    known = [
        f"{dig(item, 'spec', 'resource', 'kind')}/{dig(item, 'spec', 'resource', 'name')}"
        for item in karmada.get(f"{_WORK}/{place}").get("items") or []
    ]
    values = {"name": wanted, "namespace": namespace, "known": ", ".join(known) or say("none")}
    raise CommandError(
        say("expected a binding {name} in {namespace}, found {known}", **values)
        if namespace
        else say("expected a binding {name}, found {known}", **values),
        hint=say("A template gets a binding when a policy matches it: see kubectl get propagationpolicies."),
    )


def _policy_placement(karmada: Session, binding: Object, edition: Edition) -> Object | None:
    """v1.2 kept the placement in the policy alone; today it is in the binding as well."""
    if edition != ARTICLE:
        return None
    labels = dig(binding, "metadata", "labels", default={})
    own = labels.get("propagationpolicy.karmada.io/name")
    place = labels.get("propagationpolicy.karmada.io/namespace")
    whole = labels.get("clusterpropagationpolicy.karmada.io/name")
    path = f"namespaces/{place}/propagationpolicies/{own}" if own else f"clusterpropagationpolicies/{whole}"
    found: Object = dig(karmada.get(f"{_POLICY}/{path}"), "spec", "placement", default={})
    return found
