"""What the execution controller says: the conditions of a Work, and the events about it and its template.

Follows pkg/controllers/execution/execution_controller.go, and the same at v1.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.work_origin import type_of
from karmada_nb.engine.meta import Object


class Outcome(NamedTuple):
    """One manifest, and what went wrong with it; ``""``: nothing."""

    manifest: Object
    error: str = ""


def aggregate(errors: Sequence[str]) -> str:
    """Several errors in one text, as Go joins them."""
    texts = list(dict.fromkeys(errors))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def with_dispatching(work: Object, now: datetime) -> Object:
    """The Work saying whether it is being dispatched. The same Work where it says so already."""
    if meta.dig(work, "spec", "suspendDispatching", default=False):
        said = (
            "False",
            words.WORK_SUSPEND_DISPATCHING_CONDITION_REASON,
            words.WORK_SUSPEND_DISPATCHING_CONDITION_MESSAGE,
        )
    else:
        said = ("True", words.WORK_DISPATCHING_CONDITION_REASON, words.WORK_DISPATCHING_CONDITION_MESSAGE)
    standing = meta.condition(work, words.WORK_DISPATCHING)
    if standing is not None and standing.get("status") == said[0]:
        return work
    return _with(work, words.WORK_DISPATCHING, said, now)


def with_applied(work: Object, outcomes: Sequence[Outcome], now: datetime) -> Object:
    """The Work saying whether its manifests are in the member."""
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors:
        count = f"{len(outcomes) - len(errors)}/{len(outcomes)}"
        message = f"Failed to apply all manifests ({count}): {aggregate(errors)}"
        said = ("False", words.WORK_APPLIED_FAILED_REASON, message)
    else:
        said = ("True", words.WORK_APPLIED_SUCCESSFUL_REASON, words.WORK_APPLIED_SUCCESSFUL_MESSAGE)
    standing = meta.condition(work, words.WORK_APPLIED)
    if (
        standing is not None
        and (standing.get("status"), standing.get("reason"), standing.get("message")) == said
    ):
        return work
    return _with(work, words.WORK_APPLIED, said, now)


def _with(work: Object, kind: str, said: tuple[str, str, str], now: datetime) -> Object:
    conditions = meta.dig(work, "status", "conditions", default=[])
    return meta.replace(work, ("status", "conditions"), meta.set_condition(conditions, kind, *said, now))


def work_event(work: Object, cluster: str, error: str, *, article: bool) -> tuple[str, str, str]:
    """Type, reason and message of the event about the Work."""
    key = meta.key(work)
    if error:
        named = (
            f"{key.name}) to cluster({cluster}): {error}"
            if article
            else f"{key}) to cluster({cluster}), err: {error}"
        )
        return "Warning", words.EVENT_REASON_SYNC_WORKLOAD_FAILED, f"Failed to sync work({named}"
    named = f"work ({key.name})" if article else f"work({key})"
    message = f"Sync {named} to cluster({cluster}) successful."
    return "Normal", words.EVENT_REASON_SYNC_WORKLOAD_SUCCEED, message


def template_event(outcome: Outcome, cluster: str, *, article: bool, creating: bool) -> tuple[str, str, str]:
    """The same about the template; v1.2 said whether it was ``creating``."""
    manifest, error = outcome
    slashed = f"{meta.namespace(manifest)}/{meta.name(manifest)}"
    if not error:
        message = f"Successfully applied resource({slashed}) to cluster {cluster}"
        return "Normal", words.EVENT_REASON_SYNC_WORKLOAD_SUCCEED, message
    if article:
        verb = "create" if creating else "update"
        message = (
            f"Failed to {verb} resource({slashed}) in the given member cluster {cluster}, err is {error}"
        )
    else:
        message = (
            f"Failed to create or update resource({meta.key(manifest)}) in member cluster({cluster}): {error}"
        )
    return "Warning", words.EVENT_REASON_SYNC_WORKLOAD_FAILED, message


def template_reference(manifest: Object, *, article: bool) -> dict[str, str] | None:
    """The template that a manifest was made from; None where today's manifest does not say which it was."""
    api_version, kind = type_of(manifest)
    reference = {"kind": kind, "apiVersion": api_version, "name": meta.name(manifest)}
    if meta.namespace(manifest):
        reference["namespace"] = meta.namespace(manifest)
    uid = meta.uid(manifest) or meta.annotations(manifest).get(words.RESOURCE_TEMPLATE_UID_ANNOTATION, "")
    if article:
        return reference
    return {**reference, "uid": uid} if uid else None
