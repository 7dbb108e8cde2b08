"""What check says of the repairs of drills."""

from typing import Final

from karmada_nb.checks.drills import clusters, counts, members, missing, reach
from karmada_nb.checks.verdict import Exercise

EXERCISES: Final[dict[str, Exercise]] = {
    **missing.EXERCISES,
    **counts.EXERCISES,
    **members.EXERCISES,
    **clusters.EXERCISES,
    **reach.EXERCISES,
}
