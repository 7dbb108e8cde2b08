"""An explanation of a placement as plain text in the reader's language, for a terminal or a notebook cell.

What filters say of a cluster stays in Karmada's own words, as events and conditions have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from karmada_nb.engine.karmada.scheduler.explain import AttemptView, ClusterView, Explanation
from karmada_nb.engine.karmada.scheduler.regions import RegionChoice
from karmada_nb.engine.karmada.scheduler.targets import MAX_INT32, TargetCluster
from karmada_nb.engine.karmada.scheduler.trace import Division
from karmada_nb.engine.karmada.scheduler.webster import Award
from karmada_nb.language import say

_SHOWN_AWARDS: Final = 20

_MODES: Final = {
    "static weight": "{count} by static weight: {weights}",
    "scale up": "{count} by free room: {weights}",
    "scale down": "{count} in proportion to what each has now: {weights}",
    "fresh": "{count} anew by room, as a reschedule asks for: {weights}",
}


def render(explanation: Explanation) -> str:
    """The explanation, step by step, ending with the result."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield say("Binding {binding} of {template}", binding=explanation.binding, template=explanation.template)
    strategy = explanation.strategy or say("unknown strategy")
    replicas = _replicas(explanation.replicas)
    yield say(
        "{replicas}, {strategy}, edition {edition}",
        replicas=replicas,
        strategy=strategy,
        edition=explanation.edition,
    )
    if explanation.reason is None:
        current = _targets(explanation.current)
        yield say("The scheduler leaves it alone: {targets} still stands.", targets=current)
    else:
        yield say("The scheduler acts on it: {reason}.", reason=say(explanation.reason))
    for attempt in explanation.attempts:
        yield ""
        if attempt.affinity:
            yield say("With affinity group {name}", name=attempt.affinity)
        yield from _attempt(attempt)


def _attempt(attempt: AttemptView) -> Iterator[str]:
    yield say("1. Filter: which clusters fit?")
    width = max((len(cluster.name) for cluster in attempt.clusters), default=0)
    for cluster in attempt.clusters:
        refused = [f"{plugin}: {say(reason)}" for plugin, reason in cluster.filters.items() if reason]
        verdict = say("no   {why}", why="; ".join(refused)) if refused else say("fits")
        yield f"   {cluster.name:<{width}}  {verdict}"
    candidates = [cluster for cluster in attempt.clusters if cluster.available is not None]
    if candidates:
        yield say("2. Score: which are preferred, and how much room have they?")
        yield from (_scored(cluster, width) for cluster in candidates)
        yield say("3. Select: which are used?")
        if attempt.regions is not None:
            yield from _regions(attempt.regions)
        yield f"   {', '.join(attempt.selected) or say('none')}"
    if attempt.divisions:
        yield say("4. Assign: how many replicas each?")
        for division in attempt.divisions:
            yield from (f"   {line}" for line in _division(division))
    if attempt.error:
        yield say("Failed: {error}", error=attempt.error)
    else:
        yield say("Result: {targets}", targets=_targets(attempt.targets))


def _replicas(count: int) -> str:
    if count == 1:
        return say("1 replica")
    return say("{count} replicas", count=count) if count else say("no replicas")


def _scored(cluster: ClusterView, width: int) -> str:
    from_where = ", ".join(f"{plugin} {score}" for plugin, score in cluster.scores.items() if score)
    told = [say("{points} points", points=sum(cluster.scores.values()))]
    if from_where:
        told = [f"{told[0]} ({from_where})"]
    unlimited = (cluster.available or 0) >= MAX_INT32
    told.append(say("room for any number") if unlimited else say("room for {room}", room=cluster.available))
    if cluster.overflow_order:
        told.append(say("overflow tier {tier}", tier=cluster.overflow_order))
    return f"   {cluster.name:<{width}}  {say(', ').join(told)}"


def _regions(choice: RegionChoice) -> Iterator[str]:
    for region in sorted(choice.regions, key=lambda r: (-r.weight, r.name)):
        verdict = say("chosen") if region.name in choice.chosen else say("not chosen")
        count = region.value
        clusters = say("1 cluster") if count == 1 else say("{count} clusters", count=count)
        told = {"name": region.name, "clusters": clusters, "score": region.weight, "verdict": verdict}
        yield f"   {say('region {name}: {clusters}, score {score}, {verdict}', **told)}"


def _division(division: Division) -> Iterator[str]:
    if division.mode == "duplicated":
        yield say("{count} to every cluster", count=division.replicas)
        return
    if division.kept:
        yield say("everyone keeps what they have: {targets}", targets=_targets(division.kept))
    if division.mode == "unchanged":
        yield say("{count} are assigned already, nothing to divide", count=division.replicas)
        return
    weights = ", ".join(f"{name} {weight}" for name, weight in division.weights.items())
    count = say("{count} more", count=division.replicas) if division.kept else division.replicas
    yield say(_MODES[division.mode], count=count, weights=weights)
    if division.portions:
        for name, weight, share, extra in division.portions:
            text = "{name}: weight {weight} gives {share} rounded down"
            if extra:
                text = "{name}: weight {weight} gives {share} rounded down, and {extra} of the remainder"
            yield say(text, name=name, weight=weight, share=share, extra=extra)
        return
    shown = enumerate(division.awards[:_SHOWN_AWARDS], start=1)
    yield from (_award(number, award, division) for number, award in shown)
    left_out = len(division.awards) - _SHOWN_AWARDS
    if left_out > 0:
        yield say("... and {count} more in the same way", count=left_out)


def _award(number: int, award: Award, division: Division) -> str:
    weight, divisor = division.weights.get(award.name, 0), 2 * award.seat - 1
    claim = f"{weight}/{divisor} = {award.claim:g}"
    given = say("replica {number} -> {name}: {claim}", number=number, name=award.name, claim=claim)
    if not award.tied:
        return given
    by_name = say("the later name first") if division.later_name_first else say("the earlier name first")
    why = by_name if award.by_name else say("it has fewer")
    return say("{given}, tie with {others}: {why}", given=given, others=", ".join(award.tied), why=why)


def _targets(targets: Sequence[TargetCluster]) -> str:
    counted = any(target.replicas for target in targets)
    return ", ".join(f"{t.name} {t.replicas}" if counted else t.name for t in targets) or say("no cluster")
