"""What was seen on the way to a decision, written down only where somebody wants to know why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail
from karmada_nb.engine.karmada.scheduler.regions import RegionChoice
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
from karmada_nb.engine.karmada.scheduler.webster import Award


class Portion(NamedTuple):
    """What a cluster got in v1.2: its share rounded down, and how much of the remainder."""

    name: str
    weight: int
    share: int
    extra: int


@dataclass(slots=True)
class Division:
    """Replicas divided in one go: among whom, by what weight, and on top of what they keep."""

    mode: str
    """``duplicated``, ``static weight``, ``scale up``, ``scale down``, ``fresh`` or ``unchanged``."""
    replicas: int
    weights: dict[str, int] = field(default_factory=dict)
    kept: list[TargetCluster] = field(default_factory=list)
    later_name_first: bool = False
    awards: list[Award] = field(default_factory=list)
    portions: list[Portion] = field(default_factory=list)


@dataclass(slots=True)
class Trace:
    """``details``: the candidates, best first. A division for every overflow tier that got replicas."""

    details: list[ClusterDetail] = field(default_factory=list)
    regions: RegionChoice | None = None
    divisions: list[Division] = field(default_factory=list)

    def note_regions(self, choice: RegionChoice) -> None:
        self.regions = choice
