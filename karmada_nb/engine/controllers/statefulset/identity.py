"""Who is who among the pods of a stateful set. Pure.

Follows pkg/controller/statefulset/stateful_set_utils.go.
"""

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import history
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.meta import Object

POD_NAME: Final = "statefulset.kubernetes.io/pod-name"
POD_INDEX: Final = "apps.kubernetes.io/pod-index"


def start(owner: Object) -> int:
    """The first ordinal."""
    return int(meta.dig(owner, "spec", "ordinals", "start", default=0))


def replicas(owner: Object) -> int:
    return int(owner["spec"].get("replicas", 1))


def ordinal(pod: Object) -> int:
    """The number at the end of a pod's name; -1 without one."""
    _, _, number = meta.name(pod).rpartition("-")
    return int(number) if number.isdigit() else -1


def parent(pod: Object) -> str:
    """What stands before the ordinal."""
    return meta.name(pod).rpartition("-")[0]


def member(owner: Object, pod: Object) -> bool:
    return parent(pod) == meta.name(owner) and ordinal(pod) >= 0


def revision(pod: Object) -> str:
    """The name of the revision that a pod was made from."""
    return meta.labels(pod).get(history.POD_LABEL, "")


def claim_name(owner: Object, template: Object, number: int) -> str:
    return f"{meta.name(template)}-{meta.name(owner)}-{number}"


def claims(owner: Object, number: int) -> list[Object]:
    """The volume claims of one pod."""
    labels = meta.dig(owner, "spec", "selector", "matchLabels", default={})
    made = []
    for template in owner["spec"].get("volumeClaimTemplates") or ():
        metadata = {
            **template["metadata"],
            "name": claim_name(owner, template, number),
            "namespace": meta.namespace(owner),
            "labels": {**meta.labels(template), **labels},
        }
        made.append(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": metadata,
                "spec": template["spec"],
            }
        )
    return made


def claim_owners(owner: Object, pod: Object, references: list[Object]) -> list[Object]:
    """Who owns the claims of a pod, so that they go as ``persistentVolumeClaimRetentionPolicy`` says.

    A claim that is to go with the set is the set's; one that is to go when the set shrinks is that of the pod
    that is about to go.
    """
    policy = owner["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    first = start(owner)
    condemned = not first <= ordinal(pod) < first + replicas(owner)
    scaled = condemned and policy.get("whenScaled") == "Delete"
    deleted = policy.get("whenDeleted") == "Delete" and not scaled
    ours = (meta.uid(owner), meta.uid(pod))
    kept = [reference for reference in references if reference["uid"] not in ours]
    if scaled:
        kept.append(_reference("v1", "Pod", pod))
    if deleted:
        kept.append(_reference("apps/v1", "StatefulSet", owner))
    return kept


def _reference(api_version: str, kind: str, obj: Object) -> Object:
    return {"apiVersion": api_version, "kind": kind, "name": meta.name(obj), "uid": meta.uid(obj)}


def new_pod(owner: Object, template: Object, number: int, revision_name: str) -> Object:
    """The pod of one ordinal, made from a revision's template."""
    name = f"{meta.name(owner)}-{number}"
    pod = podlib.from_template(template, owner, meta.namespace(owner), name)
    labels = {
        **meta.labels(pod),
        POD_NAME: name,
        POD_INDEX: str(number),
        history.POD_LABEL: revision_name,
    }
    spec = {**pod["spec"], "hostname": name}
    if owner["spec"].get("serviceName"):
        spec["subdomain"] = owner["spec"]["serviceName"]
    templates = owner["spec"].get("volumeClaimTemplates") or ()
    if templates:
        own = {
            meta.name(t): {
                "name": meta.name(t),
                "persistentVolumeClaim": {"claimName": claim_name(owner, t, number)},
            }
            for t in templates
        }
        others = [v for v in spec.get("volumes") or () if v["name"] not in own]
        spec["volumes"] = [*own.values(), *others]
    made = meta.with_metadata(pod, labels=labels, generateName=f"{meta.name(owner)}-")
    return {**made, "spec": spec}
