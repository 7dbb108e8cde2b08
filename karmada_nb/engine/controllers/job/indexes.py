"""Completion indexes: which are done, which have failed, and which are to be worked on. Pure.

Follows pkg/controller/job/{indexed_job_utils,backoff_utils}.go. With ``backoffLimitPerIndex`` every index
counts its own failures, in an annotation that goes from a failed pod to the one that replaces it: until that
one is there, the failed pod keeps its finalizer.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from karmada_nb.engine import golang, meta
from karmada_nb.engine.controllers.job import policies
from karmada_nb.engine.meta import Object

INDEX: Final = "batch.kubernetes.io/job-completion-index"
FAILURES: Final = "batch.kubernetes.io/job-index-failure-count"
IGNORED: Final = "batch.kubernetes.io/job-index-ignored-failure-count"
BACKOFF: Final = 10.0
"""Seconds before a failed pod is replaced; they double with each failure in a row."""
MAX_BACKOFF: Final = 600.0


def index_of(pod: Object) -> int | None:
    """The completion index of a pod."""
    text = meta.annotations(pod).get(INDEX, "")
    return int(text) if golang.is_number(text) else None


def indexes_of(pods: Iterable[Object]) -> set[int]:
    return {index for pod in pods if (index := index_of(pod)) is not None}


def parse(text: str) -> set[int]:
    """``0-2,4`` -> {0, 1, 2, 4}."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def render(indexes: Iterable[int]) -> str:
    """{0, 1, 2, 4, 5} -> ``0-2,4,5``: a span is of three at least."""
    spans: list[list[int]] = []
    for index in sorted(indexes):
        if spans and spans[-1][1] == index - 1:
            spans[-1][1] = index
        else:
            spans.append([index, index])
    return ",".join(str(a) if a == b else f"{a},{b}" if b == a + 1 else f"{a}-{b}" for a, b in spans)


def free(job: Object, working: Iterable[Object], over: set[int], wanted: int) -> list[int]:
    """The lowest indexes that are not over, and that no pod is at work on."""
    taken = over | indexes_of(working)
    every = range(job["spec"].get("completions", 0))
    return [index for index in every if index not in taken][:wanted]


def failed(job: Object, status: Object, pods: Iterable[Object]) -> set[int] | None:
    """The indexes that have used up their failures; None where indexes have no limit of their own."""
    limit = job["spec"].get("backoffLimitPerIndex")
    if limit is None:
        return None
    found = parse(status.get("failedIndexes", ""))
    for pod in pods:
        index, rule = index_of(pod), policies.matched(job, pod)
        action = "Count" if rule is None else rule.action
        used_up = action != "Ignore" and _number(pod, FAILURES) >= limit
        if index is not None and (action == "FailIndex" or used_up):
            found.add(index)
    return found


def held(pods: Iterable[Object], over: set[int], active: Sequence[Object]) -> dict[int, Object]:
    """By index: the failed pod that waits for the one that replaces it."""
    settled, found = over | indexes_of(active), dict[int, Object]()
    for pod in pods:
        index = index_of(pod)
        if index is None or index in settled:
            continue
        other = found.get(index)
        if other is None or (_tries(other), ended_at(other)) <= (_tries(pod), ended_at(pod)):
            found[index] = pod
    return found


def counts(job: Object, replaced: Object | None) -> dict[str, str]:
    """The annotations of a new pod: how often its index has failed before."""
    if replaced is None:
        return {FAILURES: "0"}
    rule = policies.matched(job, replaced)
    ignored = rule is not None and rule.action == "Ignore"
    failures, passed = _number(replaced, FAILURES) + (not ignored), _number(replaced, IGNORED) + ignored
    return {FAILURES: str(failures), **({IGNORED: str(passed)} if passed else {})}


def wait_for(replaced: Object | None, now: datetime) -> float:
    """Seconds until an index may be tried again."""
    return 0.0 if replaced is None else backoff(_tries(replaced) + 1, ended_at(replaced), now)


def backoff(failures: int, last: datetime, now: datetime) -> float:
    """Seconds that are left of the pause after so many failures in a row."""
    if not failures:
        return 0.0
    delay = min(BACKOFF * 2.0 ** min(failures - 1, 16), MAX_BACKOFF)
    return max(0.0, (last + timedelta(seconds=delay) - now).total_seconds())


def ended_at(pod: Object) -> datetime:
    """When the last container ended; else when the pod was deleted, or made."""
    ends = [
        state["state"]["terminated"]["finishedAt"]
        for state in meta.dig(pod, "status", "containerStatuses", default=[])
        if meta.dig(state, "state", "terminated", "finishedAt")
    ]
    metadata = meta.metadata(pod)
    removed = metadata.get("deletionTimestamp") or metadata["creationTimestamp"]
    return meta.parse_time(max(ends) if ends else removed)


def _tries(pod: Object) -> int:
    return _number(pod, FAILURES) + _number(pod, IGNORED)


def _number(pod: Object, name: str) -> int:
    text = meta.annotations(pod).get(name, "0")
    return int(text) if golang.is_number(text) else 0
