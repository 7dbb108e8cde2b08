"""An explanation of a placement as plain text, for a terminal or a notebook cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from karmada_nb.engine.karmada.scheduler.explain import AttemptView, ClusterView, Explanation
from karmada_nb.engine.karmada.scheduler.regions import RegionChoice
from karmada_nb.engine.karmada.scheduler.targets import MAX_INT32, TargetCluster
from karmada_nb.engine.karmada.scheduler.trace import Division
from karmada_nb.engine.karmada.scheduler.webster import Award

_SHOWN_AWARDS: Final = 20

_MODES: Final = {
    "static weight": "by static weight",
    "scale up": "by free room",
    "scale down": "in proportion to what each has now",
    "fresh": "anew by room, as a reschedule asks for",
}


def render(explanation: Explanation) -> str:
    """The explanation, step by step, ending with the result."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    strategy = explanation.strategy or "unknown strategy"
    yield f"Binding {explanation.binding} of {explanation.template}"
    count = explanation.replicas
    replicas = "1 replica" if count == 1 else f"{count or 'no'} replicas"
    yield f"{replicas}, {strategy}, edition {explanation.edition}"
    if explanation.reason is None:
        yield f"The scheduler leaves it alone: {_targets(explanation.current)} still stands."
    else:
        yield f"The scheduler acts on it: {explanation.reason}."
    for attempt in explanation.attempts:
        yield ""
        if attempt.affinity:
            yield f"With affinity group {attempt.affinity}"
        yield from _attempt(attempt)


def _attempt(attempt: AttemptView) -> Iterator[str]:
    yield "1. Filter: which clusters fit?"
    width = max((len(cluster.name) for cluster in attempt.clusters), default=0)
    for cluster in attempt.clusters:
        refused = [f"{plugin}: {reason}" for plugin, reason in cluster.filters.items() if reason]
        yield f"   {cluster.name:<{width}}  {'no   ' + '; '.join(refused) if refused else 'fits'}"
    candidates = [cluster for cluster in attempt.clusters if cluster.available is not None]
    if candidates:
        yield "2. Score: which are preferred, and how much room have they?"
        yield from (_scored(cluster, width) for cluster in candidates)
        yield "3. Select: which are used?"
        if attempt.regions is not None:
            yield from _regions(attempt.regions)
        yield f"   {', '.join(attempt.selected) or 'none'}"
    if attempt.divisions:
        yield "4. Assign: how many replicas each?"
        for division in attempt.divisions:
            yield from _division(division)
    yield f"Failed: {attempt.error}" if attempt.error else f"Result: {_targets(attempt.targets)}"


def _scored(cluster: ClusterView, width: int) -> str:
    points = sum(cluster.scores.values())
    from_where = ", ".join(f"{plugin} {score}" for plugin, score in cluster.scores.items() if score)
    room = "any number" if (cluster.available or 0) >= MAX_INT32 else str(cluster.available)
    tier = f", overflow tier {cluster.overflow_order}" if cluster.overflow_order else ""
    why = f" ({from_where})" if from_where else ""
    return f"   {cluster.name:<{width}}  {points} points{why}, room for {room}{tier}"


def _regions(choice: RegionChoice) -> Iterator[str]:
    for region in sorted(choice.regions, key=lambda r: (-r.weight, r.name)):
        verdict = "chosen" if region.name in choice.chosen else "not chosen"
        clusters = "1 cluster" if region.value == 1 else f"{region.value} clusters"
        yield f"   region {region.name}: {clusters}, score {region.weight}, {verdict}"


def _division(division: Division) -> Iterator[str]:
    if division.mode == "duplicated":
        yield f"   {division.replicas} to every cluster"
        return
    if division.kept:
        yield f"   everyone keeps what they have: {_targets(division.kept)}"
    if division.mode == "unchanged":
        yield f"   {division.replicas} are assigned already, nothing to divide"
        return
    weights = ", ".join(f"{name} {weight}" for name, weight in division.weights.items())
    more = " more" if division.kept else ""
    yield f"   {division.replicas}{more} {_MODES[division.mode]}: {weights}"
    if division.portions:
        for name, weight, share, extra in division.portions:
            rest = f", and {extra} of the remainder" if extra else ""
            yield f"   {name}: weight {weight} gives {share} rounded down{rest}"
        return
    shown = enumerate(division.awards[:_SHOWN_AWARDS], start=1)
    yield from (_award(number, award, division) for number, award in shown)
    left_out = len(division.awards) - _SHOWN_AWARDS
    if left_out > 0:
        yield f"   ... and {left_out} more in the same way"


def _award(number: int, award: Award, division: Division) -> str:
    weight, divisor = division.weights.get(award.name, 0), 2 * award.seat - 1
    text = f"   replica {number} -> {award.name}: {weight}/{divisor} = {award.claim:g}"
    if award.tied:
        by_name = "the later name first" if division.later_name_first else "the earlier name first"
        text += f", tie with {', '.join(award.tied)}: {by_name if award.by_name else 'it has fewer'}"
    return text


def _targets(targets: Sequence[TargetCluster]) -> str:
    counted = any(target.replicas for target in targets)
    return ", ".join(f"{t.name} {t.replicas}" if counted else t.name for t in targets) or "no cluster"
