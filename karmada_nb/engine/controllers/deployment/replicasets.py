"""Which ReplicaSet is the new one, what a new one looks like, and which revision it is. Pure.

Follows pkg/controller/deployment/util/deployment_util.go and sync.go.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object

HASH_LABEL: Final = "pod-template-hash"
REVISION: Final = "deployment.kubernetes.io/revision"
REVISION_HISTORY: Final = "deployment.kubernetes.io/revision-history"
DESIRED: Final = "deployment.kubernetes.io/desired-replicas"
MAXIMUM: Final = "deployment.kubernetes.io/max-replicas"
_NOT_COPIED: Final = {
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISION_HISTORY,
    DESIRED,
    MAXIMUM,
    "deprecated.deployment.rollback.to",
}
_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"


def created(rs: Object) -> tuple[str, str]:
    """The order of age: creation, then name."""
    return rs["metadata"]["creationTimestamp"], meta.name(rs)


def same_template(template: Object, rs: Object) -> bool:
    """Whether a set was made from this template, its hash label aside."""
    theirs = rs["spec"]["template"]
    if template["spec"] != theirs["spec"]:
        return False
    return _plain(template.get("metadata")) == _plain(theirs.get("metadata"))


def _plain(metadata: Object | None) -> Object:
    said = metadata or {}
    labels = {k: v for k, v in (said.get("labels") or {}).items() if k != HASH_LABEL}
    return {**{k: v for k, v in said.items() if k != "labels" and v}, "labels": labels}


def split(deployment: Object, sets: Iterable[Object]) -> tuple[Object | None, list[Object]]:
    """The new set (the oldest that has today's template) and all others, oldest first."""
    ordered = sorted(sets, key=created)
    template = deployment["spec"]["template"]
    new = next((rs for rs in ordered if same_template(template, rs)), None)
    return new, [rs for rs in ordered if rs is not new]


def revision(obj: Object) -> int:
    try:
        return int(meta.annotations(obj).get(REVISION, "0"))
    except ValueError:
        return 0


def template_hash(deployment: Object) -> str:
    """The hash of the template and the collision count, in the letters that names may have."""
    collisions = meta.dig(deployment, "status", "collisionCount", default=0)
    body = (
        orjson.dumps(deployment["spec"]["template"], option=orjson.OPT_SORT_KEYS) + str(collisions).encode()
    )
    value = 0x811C9DC5
    for byte in body:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return "".join(_ALPHABET[ord(digit) % len(_ALPHABET)] for digit in str(value))


def new_replica_set(deployment: Object, old: Sequence[Object], replicas: int, maximum: int) -> Object:
    """The set for today's template."""
    hashed = template_hash(deployment)
    template, spec = deployment["spec"]["template"], deployment["spec"]
    said = template.get("metadata") or {}
    labels = {**(said.get("labels") or {}), HASH_LABEL: hashed}
    selector = spec["selector"]
    made: Object = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{meta.name(deployment)}-{hashed}",
            "namespace": meta.namespace(deployment),
            "labels": labels,
            "annotations": annotations(deployment, {}, next_revision(old), maximum),
            "ownerReferences": [meta.owner_reference(deployment)],
        },
        "spec": {
            "replicas": replicas,
            "selector": {
                **selector,
                "matchLabels": {**(selector.get("matchLabels") or {}), HASH_LABEL: hashed},
            },
            "template": {**template, "metadata": {**said, "labels": labels}},
        },
    }
    if spec.get("minReadySeconds"):
        made["spec"]["minReadySeconds"] = spec["minReadySeconds"]
    return made


def next_revision(old: Sequence[Object]) -> int:
    return max((revision(rs) for rs in old), default=0) + 1


def annotations(deployment: Object, before: dict[str, str], number: int, maximum: int) -> dict[str, str]:
    """A new set's annotations: the deployment's own, its revision, and what scaling must remember.

    A set that comes back under a higher revision remembers the ones it had.
    """
    out = {**before, **{k: v for k, v in meta.annotations(deployment).items() if k not in _NOT_COPIED}}
    had = before.get(REVISION, "")
    if had and had != str(number):
        history = [r for r in before.get(REVISION_HISTORY, "").split(",") if r]
        if had not in history:
            out[REVISION_HISTORY] = ",".join([*history, had])
    out[REVISION] = str(number)
    out[DESIRED] = str(deployment["spec"].get("replicas", 1))
    out[MAXIMUM] = str(maximum)
    return out


def to_delete(deployment: Object, old: Sequence[Object]) -> list[Object]:
    """Old sets beyond ``revisionHistoryLimit``, lowest revision first; only those that are idle."""
    limit = deployment["spec"].get("revisionHistoryLimit")
    if limit is None:
        return []
    idle = sorted((rs for rs in old if not meta.deleting(rs)), key=revision)
    surplus = idle[: max(0, len(idle) - limit)]
    return [rs for rs in surplus if not _busy(rs)]


def _busy(rs: Object) -> bool:
    status: dict[str, Any] = rs.get("status") or {}
    return bool(
        status.get("replicas")
        or rs["spec"].get("replicas", 1)
        or meta.generation(rs) > status.get("observedGeneration", 0)
    )
