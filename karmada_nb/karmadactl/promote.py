"""``karmadactl promote``: what runs in a member becomes Karmada's, and goes on running.

Follows pkg/karmadactl/promote/promote.go; pkg/karmadactl/promote.go at v1.2.
"""

from dataclasses import dataclass
from typing import Final

import orjson
import yaml

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.interpreter.native import native
from karmada_nb.engine.karmada.interpreter.prune import remove_irrelevant_fields
from karmada_nb.engine.karmada.names import generate_policy_name
from karmada_nb.engine.meta import Object, annotations, name, namespace, with_metadata
from karmada_nb.karmadactl.command import DRY_RUN, KARMADA, NAMESPACE, Call, Command
from karmada_nb.karmadactl.discovery import Served, discover, named
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, boolean, switch
from karmada_nb.karmadactl.kubeconfig import load
from karmada_nb.karmadactl.session import Session

_CONFLICT: Final = "work.karmada.io/conflict-resolution"
_POLICIES: Final = "/apis/policy.karmada.io/v1alpha1"


@dataclass(frozen=True, slots=True)
class Promoted:
    """One object on its way: ``title`` is how messages call it."""

    resource: Served
    obj: Object

    @property
    def title(self) -> str:
        place = namespace(self.obj)
        return f'"{self.resource.order}"({f"{place}/" if place else ""}{name(self.obj)})'

    @property
    def path(self) -> str:
        return self.resource.path(namespace(self.obj))


def run(call: Call) -> int:
    if len(call.arguments) != 2:
        raise CommandError("incorrect command format, please use correct command format")
    cluster: str = call.flags["cluster"]
    if not cluster:
        raise CommandError("the cluster cannot be empty")
    output: str = call.flags["output"]
    if output not in ("", "yaml", "json"):
        raise CommandError("invalid output format: supported formats are json and yaml")
    member = _member(call, cluster)
    found = _find(call, member, cluster, call.arguments[0], call.arguments[1])
    one = Promoted(found.resource, template(found.obj, call))
    policy = _policy(call, one, cluster)
    if output:
        for obj in (one.obj, policy):
            if obj is not None:
                call.out.write(_printed(obj, output))
        return 0
    if call.flags["dry-run"]:
        return 0
    if call.flags["dependencies"] and call.edition != ARTICLE:
        _promote_dependencies(call, member, cluster, one)
    _promote(call, one, policy)
    return 0


def template(obj: Object, call: Call) -> Object:
    """The object as Karmada's own, which may take over what is in the member."""
    bare = remove_irrelevant_fields(obj, call.edition)
    return with_metadata(bare, annotations={_CONFLICT: "overwrite", **annotations(bare)})


def _member(call: Call, cluster: str) -> Session:
    path = call.flags["cluster-kubeconfig"]
    if path:
        return Session(load(path, call.flags["cluster-context"] or cluster))
    try:
        call.karmada.get(f"/apis/cluster.karmada.io/v1alpha1/clusters/{cluster}")
    except StatusError as error:
        if error.code == 404 and call.edition == ARTICLE:
            raise CommandError(f"cluster({cluster}) does't exist in karmada control plane") from None
        raise CommandError(f"failed to get Factory of the member cluster. err: {error}") from None
    return call.karmada.member(cluster)


def _find(call: Call, member: Session, cluster: str, word: str, wanted: str) -> Promoted:
    failed = f"failed to get resource in cluster({cluster}). err: "
    place = call.flags["namespace"] or call.access.namespace
    try:
        resource = named(discover(member), word)[0]
        return Promoted(resource, member.get(resource.path(place, wanted)))
    except StatusError as error:
        if error.code == 404:
            raise CommandError(f"{failed}the {word} or {wanted} don't exist in cluster({cluster})") from None
        raise CommandError(failed + error.message) from None
    except CommandError as error:
        raise CommandError(failed + str(error)) from None


def _promote(call: Call, one: Promoted, policy: Object | None) -> None:
    article = call.edition == ARTICLE
    if _exists(call, one):
        (call.out if article else call.err).write(
            f"Resource {one.title} already exist in karmada control plane, you can edit PropagationPolicy "
            "and OverridePolicy to propagate it\n"
        )
        return
    _create(call, one, "resource")
    place = namespace(one.obj)
    if not article:
        shown = place or call.flags["namespace"] or call.access.namespace
        call.out.write(f"ResourceTemplate ({shown}/{name(one.obj)}) is created successfully\n")
    if policy is not None:
        title = f"({place}/{name(policy)})" if place else name(policy)
        _create_policy(call, policy, title)
        if not article:
            call.out.write(f"{policy['kind']} {title} is created successfully\n")
    call.out.write(f"Resource {one.title} is promoted successfully\n")


def _promote_dependencies(call: Call, member: Session, cluster: str, one: Promoted) -> None:
    call.out.write("use default interpreter\n")
    for reference in native(call.edition).get_dependencies(one.obj):
        found = _find(call, member, cluster, reference["kind"], reference["name"])
        dependency = Promoted(found.resource, template(found.obj, call))
        if _exists(call, dependency):
            call.err.write(f"Dependency resource {dependency.title} already exist in karmada control plane\n")
            continue
        _create(call, dependency, "dependency resource")
        call.out.write(f"Dependency resource {dependency.title} is promoted successfully\n")


def _exists(call: Call, one: Promoted) -> bool:
    try:
        call.karmada.get(f"{one.path}/{name(one.obj)}")
    except StatusError as error:
        if error.code != 404:
            raise
        return False
    return True


def _create(call: Call, one: Promoted, what: str) -> None:
    try:
        call.karmada.request("POST", one.path, one.obj)
    except StatusError as error:
        why = f"failed to create {what} {one.title} in control plane: {error.message}"
        raise CommandError(why) from None


def _policy(call: Call, one: Promoted, cluster: str) -> Object | None:
    """The policy that keeps the object where it is; None if none is wanted."""
    if not call.flags["auto-create-policy"]:
        return None
    place, article = namespace(one.obj), call.edition == ARTICLE
    kind = f"{one.resource.group}/{one.resource.version}, Kind={one.obj['kind']}"
    made = f"{name(one.obj)}-propagation" if article else generate_policy_name(place, name(one.obj), kind)
    today: Object = {"conflictResolution": "Overwrite", "preserveResourcesOnDeletion": True}
    if call.flags["dependencies"]:
        today["propagateDeps"] = True
    selector = {"apiVersion": one.obj["apiVersion"], "kind": one.obj["kind"], "name": name(one.obj)}
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy" if place else "ClusterPropagationPolicy",
        "metadata": {
            "name": call.flags["policy-name"] or made,
            **({"namespace": place} if place else {}),
        },
        "spec": {
            "placement": {"clusterAffinity": {"clusterNames": [cluster]}},
            "resourceSelectors": [selector],
            **({} if article else today),
        },
    }


def _create_policy(call: Call, policy: Object, title: str) -> None:
    place = namespace(policy)
    plural = f"namespaces/{place}/propagationpolicies" if place else "clusterpropagationpolicies"
    try:
        call.karmada.request("POST", f"{_POLICIES}/{plural}", policy)
    except StatusError as error:
        if error.reason != "AlreadyExists":
            raise
        shown = title if title.startswith("(") else f"({title})"
        raise CommandError(
            f"the {policy['kind']}{shown} already exist, please edit it to propagate resource"
        ) from None


def _printed(obj: Object, output: str) -> str:
    if output == "json":
        return orjson.dumps(obj, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
    return "---\n" + yaml.safe_dump(obj, default_flow_style=False)


COMMAND = Command(
    "promote <RESOURCE_TYPE> <RESOURCE_NAME> -n <NAME_SPACE> -C <CLUSTER_NAME>",
    "Promote resources from legacy clusters to Karmada control plane",
    run,
    (
        *KARMADA,
        NAMESPACE,
        Flag("cluster", "The member in which the resource is.", "Cc"),
        Flag("cluster-context", "The context of the cluster's kubeconfig; the cluster's name by default."),
        Flag("cluster-kubeconfig", "The cluster's kubeconfig, if it is not to be reached through Karmada."),
        Flag(
            "auto-create-policy", "Create a policy that keeps the resource there.", "", True, boolean, "true"
        ),
        Flag("policy-name", "The policy's name, if it is not to be made of the resource's."),
        Flag("output", "Print what would be created, as yaml or json, and create nothing.", "o"),
        switch("dependencies", "Promote what the resource depends on as well.", "d"),
        DRY_RUN,
    ),
    ("promote deployment nginx -n default -C member1", "promote deployment nginx -C member1 -o yaml"),
)
