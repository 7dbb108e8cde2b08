"""From a template to what runs: policy, binding, works, member objects, read from the API."""

from collections.abc import Iterator, Mapping
from typing import Final

from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.frames import Link
from karmada_nb.manifests import Object

KARMADA: Final = "karmada"
_POLICIES: Final = (
    ("propagationpolicy.karmada.io/name", "propagationpolicies.policy.karmada.io", "PropagationPolicy"),
    (
        "clusterpropagationpolicy.karmada.io/name",
        "clusterpropagationpolicies.policy.karmada.io",
        "ClusterPropagationPolicy",
    ),
)


def split(resource: str) -> tuple[str, str]:
    """``deployment/pipy`` as kind and name. Raises LabError for anything else."""
    word, slash, name = resource.partition("/")
    if not slash or not word or not name or "/" in name:
        raise LabError("expected kind/name such as 'deployment/pipy', found {resource!r}", resource=resource)
    return word, name


def chain(
    karmada: Connection, members: Mapping[str, Connection], resource: str, namespace: str = "default"
) -> Iterator[Link]:
    """Every object between a template and what runs, in the order in which they come to be."""
    word, name = split(resource)
    kind = karmada.discovery.word(word)
    template = karmada.get(word, name, namespace)
    yield Link("template", KARMADA, kind.kind, template, name)
    if template is None:
        return
    yield _policy(karmada, template)
    binding = _binding(karmada, template, kind.namespaced)
    binding_kind = "ResourceBinding" if kind.namespaced else "ClusterResourceBinding"
    yield Link("binding", KARMADA, binding_kind, binding)
    for cluster in members:
        work = _work(karmada, cluster, template)
        if work is not None:
            yield Link("work", cluster, "Work", work)
    for cluster, connection in members.items():
        yield Link("member", cluster, kind.kind, connection.get(word, name, namespace), name)


def _policy(karmada: Connection, template: Object) -> Link:
    metadata = template["metadata"]
    marks = (metadata.get("annotations") or {}) | (metadata.get("labels") or {})
    for mark, word, kind in _POLICIES:
        if mark in marks:
            namespace = marks.get("propagationpolicy.karmada.io/namespace", "default")
            return Link("policy", KARMADA, kind, karmada.get(word, marks[mark], namespace), marks[mark])
    return Link("policy", KARMADA, "PropagationPolicy", None)


def _binding(karmada: Connection, template: Object, namespaced: bool) -> Object | None:
    word = "resourcebindings.work.karmada.io" if namespaced else "clusterresourcebindings.work.karmada.io"
    for binding in karmada.list(word, template["metadata"].get("namespace")):
        said = binding["spec"]["resource"]
        if said["kind"] == template["kind"] and said["name"] == template["metadata"]["name"]:
            return binding
    return None


def _work(karmada: Connection, cluster: str, template: Object) -> Object | None:
    metadata = template["metadata"]
    wanted = (template["kind"], metadata["name"], metadata.get("namespace"))
    for work in karmada.list("works.work.karmada.io", f"karmada-es-{cluster}"):
        for manifest in ((work["spec"].get("workload") or {}).get("manifests")) or ():
            said = manifest["metadata"]
            if (manifest["kind"], said["name"], said.get("namespace")) == wanted:
                return work
    return None
