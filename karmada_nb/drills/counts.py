"""Drills in which an application runs, but not as many or not where: prices, news, quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.drills.fault import Drill, Values
from karmada_nb.drills.objects import app, copies, counts, policy, running

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def _prices(lab: Lab) -> Values:
    members = lab.members()
    lab.apply([app("prices", len(members)), copies("prices", {"clusterNames": members})])
    return {"wanted": str(len(members)), "found": str(len(members) ** 2)}


def _prices_shows(lab: Lab) -> bool:
    return set(running(lab, "prices")) == {len(lab.members())} and _reported(lab, "prices") == (
        len(lab.members()) ** 2
    )


def mistyped(name: str) -> str:
    """A cluster's name with a hyphen left out, or the last letter doubled where it has none."""
    before, hyphen, after = name.rpartition("-")
    return before + after if hyphen else name + name[-1]


def _news(lab: Lab) -> Values:
    first, *others = lab.members()
    weights = {first: 10, **{mistyped(name): 10 for name in others}}
    lab.apply([app("news", len(lab.members())), policy("news", lab.members(), weights)])
    return {"wanted": str(len(lab.members())), "cluster": first}


def _news_shows(lab: Lab) -> bool:
    everything = len(lab.members())
    return running(lab, "news") == [everything, *[0] * (everything - 1)] and (
        _reported(lab, "news") == everything
    )


def _quiet(lab: Lab) -> Values:
    members = lab.members()
    lab.apply([app("quiet", len(members) - 1), policy("quiet", members)])
    lab.wait(lambda: _quiet_shows(lab), "quiet to run", timeout=120)
    without = next(member for member, (_, ready) in counts(lab, "quiet").items() if not ready)
    return {"cluster": without, "magic": f"%k{members.index(without) + 1}"}


def _quiet_shows(lab: Lab) -> bool:
    wanted = len(lab.members()) - 1
    return sum(running(lab, "quiet")) == wanted == _reported(lab, "quiet")


def _reported(lab: Lab, name: str) -> int:
    """How many ready replicas the template's status tells of."""
    template = lab.get(f"deployments/{name}")
    return int(((template or {}).get("status") or {}).get("readyReplicas") or 0)


DRILLS: Final[dict[str, Drill]] = {
    "prices": Drill(
        "prices asks for {wanted} replicas, so that each cluster has one. The bill is for {found} pods.",
        _prices,
        _prices_shows,
        ("%kmd get deployment prices", "%k1 get deployment prices"),
    ),
    "news": Drill(
        "news has {wanted} replicas, and in the policy every cluster has the same weight. All of them run in "
        "{cluster}. If that one goes down, nobody reads anything.",
        _news,
        _news_shows,
        ("%kmd get deployment news", "%k1 get pods -l app=news", "%k2 get pods -l app=news"),
    ),
    "quiet": Drill(
        "{cluster} is broken. quiet is sent to all clusters, with equal weights, and there is no pod of it "
        "in {cluster}. Every cluster has clients of its own that need an answer. Please repair {cluster}.",
        _quiet,
        _quiet_shows,
        ("%kmd get deployment quiet", "{magic} get pods -l app=quiet"),
    ),
}
