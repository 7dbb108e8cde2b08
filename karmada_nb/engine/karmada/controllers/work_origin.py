"""From an object in a member back to the Work that it came from.

Follows ``workKeyFromWorkload`` of pkg/controllers/execution/execution_controller.go; v1.2 kept labels.
"""

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE_WORK_NAME_LABEL,
    ARTICLE_WORK_NAMESPACE_LABEL,
    MANAGED_BY_KARMADA_LABEL,
    MANAGED_BY_KARMADA_LABEL_VALUE,
    WORK_NAME_ANNOTATION,
    WORK_NAMESPACE_ANNOTATION,
    Edition,
)
from karmada_nb.engine.karmada.names import generate_execution_space_name
from karmada_nb.engine.meta import Key, Object

ARTICLE_MARKS = (ARTICLE_WORK_NAMESPACE_LABEL, ARTICLE_WORK_NAME_LABEL)


def work_of(obj: Object, cluster: str, edition: Edition) -> Key | None:
    """None for an object that no Work of this cluster made."""
    if edition == "article":
        found = tuple(meta.labels(obj).get(label, "") for label in ARTICLE_MARKS)
    else:
        annotations = meta.annotations(obj)
        found = annotations.get(WORK_NAMESPACE_ANNOTATION, ""), annotations.get(WORK_NAME_ANNOTATION, "")
    if not all(found) or found[0] != generate_execution_space_name(cluster):
        return None
    return Key(found[0], found[1])


def managed(observed: Object, desired: Object, edition: Edition) -> bool:
    """Whether Karmada made the object that is there, so that it may be changed and deleted."""
    if edition == "article":
        mine = meta.labels(desired).get(ARTICLE_WORK_NAME_LABEL, "")
        return meta.labels(observed).get(ARTICLE_WORK_NAME_LABEL, "") == mine
    return meta.labels(observed).get(MANAGED_BY_KARMADA_LABEL) == MANAGED_BY_KARMADA_LABEL_VALUE


def manifests(work: Object) -> list[Object]:
    """What a Work carries."""
    found: list[Object] = meta.dig(work, "spec", "workload", "manifests", default=[])
    return found


def type_of(manifest: Object) -> tuple[str, str]:
    """apiVersion and kind as Go's Unstructured gives them: empty where they are no text."""
    said = manifest.get("apiVersion"), manifest.get("kind")
    api_version, kind = (value if isinstance(value, str) else "" for value in said)
    return api_version, kind


def manifest_index(work: Object, like: Object) -> int:
    """The place of the manifest of this kind and name, -1 where there is none."""
    for at, manifest in enumerate(manifests(work)):
        if (
            manifest.get("apiVersion") == like.get("apiVersion")
            and manifest.get("kind") == like.get("kind")
            and meta.key(manifest) == meta.key(like)
        ):
            return at
    return -1
