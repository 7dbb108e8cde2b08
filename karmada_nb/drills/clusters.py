"""Drills in which a Cluster object is not what a policy expects: maps, photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.clusters import CLUSTERS
from karmada_nb.drills.fault import Drill, Values
from karmada_nb.drills.objects import app, copies, running

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

LABEL: Final = ("site", "city")
TAINT: Final = {"key": "disks", "value": "old", "effect": "NoSchedule"}


def tainted(lab: Lab) -> str:
    """The cluster that photos does not come to."""
    return lab.members()[1]


def _maps(lab: Lab) -> Values:
    first = lab.members()[0]
    labels = dict([LABEL])
    lab.connect().patch(CLUSTERS, first, {"metadata": {"labels": labels}}, None)
    lab.apply([app("maps", 1), copies("maps", {"labelSelector": {"matchLabels": labels}})])
    return {"cluster": first}


def _maps_shows(lab: Lab) -> bool:
    return running(lab, "maps") == [1, *[0] * (len(lab.members()) - 1)]


def _photos(lab: Lab) -> Values:
    lab.connect().patch(CLUSTERS, tainted(lab), {"spec": {"taints": [TAINT]}}, None)
    lab.apply([app("photos", 1), copies("photos", {})])
    return {"cluster": tainted(lab)}


def _photos_shows(lab: Lab) -> bool:
    return running(lab, "photos") == [int(member != tainted(lab)) for member in lab.members()]


DRILLS: Final[dict[str, Drill]] = {
    "maps": Drill(
        "maps belongs in every cluster of the city, and all of ours are in the city. Only {cluster} has it. "
        "The others are ready and have room.",
        _maps,
        _maps_shows,
        ("%kmd get clusters", "%kmd get deployment maps", "%k2 get deployment maps"),
        changes_clusters=True,
    ),
    "photos": Drill(
        "photos is to be in every cluster, and its policy chooses all. {cluster} goes without. It is ready, "
        "nothing else on it has ever failed, and nobody has found an error anywhere.",
        _photos,
        _photos_shows,
        ("%kmd get clusters", "%kmd get deployment photos", "%k2 get deployment photos"),
        changes_clusters=True,
    ),
}
