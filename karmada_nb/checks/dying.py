"""Exercises about a cluster that dies and comes back: outage_away, outage_return, outage_failover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.placing import weights
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.clusters import CLUSTERS
from karmada_nb.frames import condition, ready_replicas
from karmada_nb.manifests import replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

PERIOD: Final = 10
"""Seconds of ``--cluster-status-update-frequency``, as shipped."""
THRESHOLD: Final = 30
"""Seconds of ``--cluster-failure-threshold``, as shipped."""
ASKED: Final = 12
REACHED: Final = 9
"""Of twelve replicas in four members, those of the three that answer."""
BEFORE: Final = 6
"""Of eight replicas, those of the three that answer."""


def judge_away(_: None, not_ready: Any = None, article: Any = None, today: Any = None) -> Finding:
    """Seconds until a dead cluster is not Ready, and who is ready after scaling, in either edition."""
    if None in (not_ready, article, today):
        return not_attempted("Give all three numbers: not_ready, article and today.")
    if not_ready == THRESHOLD:
        return wrong(
            "The threshold counts from the first question that fails; Karmada asks every ten seconds only."
        )
    if not_ready == PERIOD:
        return wrong("One failure is not enough: the cluster has to fail for as long as the threshold says.")
    if not_ready != PERIOD + THRESHOLD:
        return wrong("Until it is not Ready: one period at the latest, and then the threshold.")
    if BEFORE in (article, today):
        return wrong("Six are ready before you scale. The living members get some of the new ones.")
    if today == ASKED:
        return wrong("Today's scheduler lets the lost member keep its share, and nobody counts that.")
    if article == REACHED:
        return wrong(
            "The article's scheduler passes over members that are not Ready: three share all twelve."
        )
    if (article, today) != (ASKED, REACHED):
        return wrong("Divide twelve by the members that get some, and count those that answer.")
    return right(
        "Forty seconds, and then twelve of twelve among the living, or nine, and three that nobody counts."
    )


def judge_return(lab: Lab) -> Finding:
    """pipy with three ready replicas in each member, all of which are Ready."""
    template = lab.get("deployments/pipy")
    if template is None:
        return not_attempted("pipy is not there; run the cells above.")
    asked, members = replica_count(template), lab.joined()
    clusters = {name: lab.get(f"{CLUSTERS}/{name}") or {} for name in members}
    lost = [name for name, cluster in clusters.items() if condition(cluster, "Ready") != "True"]
    if lost:
        return wrong("{names} is not Ready: nothing reaches it. Mend it first.", names=", ".join(lost))
    copies = {name: lab.get("deployments/pipy", cluster=name) for name in members}
    if asked == 3:
        return not_attempted("The template still asks for {asked} replicas.", asked=asked)
    wanted = 3 * len(members)
    if asked != wanted:
        return wrong(
            "The template asks for {asked}. Three in each of {of} members is another number.",
            asked=asked,
            of=len(members),
        )
    ready = [ready_replicas(obj) if obj else 0 for obj in copies.values()]
    if set(ready) == {3}:
        return right("Three in each. A new number made the scheduler decide anew, with all members in view.")
    return wrong(
        "The members have {counts} ready. Does the policy still name all of them, with equal weights?",
        counts=", ".join(map(str, ready)),
    )


def judge_failover(lab: Lab) -> Finding:
    """All of pipy in the last member, because the others are lost; policy and template untouched."""
    template, policy = lab.get("deployments/pipy"), lab.get("propagationpolicies/pipy-propagation")
    if template is None or policy is None:
        return not_attempted("pipy is not there; run the cells above.")
    *near, last = lab.members()
    given = weights(policy)
    if set(given) != {*near, last} or len(set(given.values())) != 1:
        return wrong(
            "The policy places it otherwise now. Give all members equal weights again, and take away what "
            "they are placed on."
        )
    clusters = {name: lab.get(f"{CLUSTERS}/{name}") or {} for name in (*near, last)}
    lost = [name for name, cluster in clusters.items() if condition(cluster, "Ready") != "True"]
    if not lost:
        return not_attempted("All members are Ready. Which of them have to be lost?")
    if last in lost:
        return wrong("{cluster} is lost itself: nothing can be moved there.", cluster=last)
    living = [name for name in near if name not in lost]
    if living:
        return wrong("{names} is Ready, and gets a share like any other.", names=", ".join(living))
    binding = lab.get("rb/pipy-deployment") or {"spec": {}}
    targets = {one["name"]: one.get("replicas", 0) for one in binding["spec"].get("clusters") or ()}
    if any(targets.get(name) for name in near):
        return wrong(
            "{names} are lost, and the decision still counts on them. Is failover on? A cell above does it.",
            names=", ".join(near),
        )
    there = lab.get("deployments/pipy", cluster=last)
    found, asked = ready_replicas(there) if there else 0, replica_count(template)
    if found == asked == ready_replicas(template):
        return right("All {asked} run in {cluster}, and nobody told them to.", asked=asked, cluster=last)
    return wrong("{cluster} has {found} of {asked} ready.", cluster=last, found=found, asked=asked)


EXERCISES: Final[dict[str, Exercise]] = {
    "outage_away": Exercise(
        judge_away,
        (
            "The cluster may die right after it was asked: the next question comes a whole period later.",
            "The article's scheduler shares twelve among three, today's among four, and one is lost.",
        ),
        "not_ready = 10 + 30\narticle = 12\ntoday = 9",
        needs_lab=False,
    ),
    "outage_return": Exercise(
        judge_return,
        (
            "A cluster that has come back is given something when the scheduler next decides.",
            "Three in each of three clusters makes nine: scale the template, and no member.",
        ),
        "%kmd scale deploy pipy --replicas 9",
    ),
    "outage_failover": Exercise(
        judge_failover,
        (
            "Who is not Ready is left out when replicas are placed anew.",
            "Two of three members have to be lost; lab.cut takes one at a time.",
        ),
        "for name in lab.members()[:2]:\n"
        "    lab.cut(name)\n"
        'lab.wait(lambda: decided()[:2] == [0, 0] and sum(decided()), "the last member to have all")\n'
        'lab.wait("deployment/pipy", ready=True)',
    ),
}
