"""``karmadactl promote``: what runs in a member becomes Karmada's, and goes on running.

Follows pkg/karmadactl/promote/promote.go; pkg/karmadactl/promote.go at v1.2.
"""

import json
from typing import Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.names import generate_policy_name
from karmada_nb.engine.karmada.override.yaml_text import dump as to_yaml
from karmada_nb.engine.meta import Object, name, namespace
from karmada_nb.karmadactl import promote_dependencies, promoted
from karmada_nb.karmadactl.command import DRY_RUN, KARMADA, NAMESPACE, Call, Command
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag, boolean, switch
from karmada_nb.karmadactl.kubeconfig import load
from karmada_nb.karmadactl.promoted import Promoted
from karmada_nb.karmadactl.session import Session

_POLICIES: Final = "/apis/policy.karmada.io/v1alpha1"


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
    one = Promoted(found.resource, promoted.template(found.obj, call))
    policy = _policy(call, one, cluster)
    if output:
        printed = [_printed(one.obj, output, by_name=True)]
        printed += [_printed(policy, output, by_name=False)] if policy is not None else []
        call.out.write(("---\n" if output == "yaml" else "").join(printed))
        return 0
    if call.flags["dry-run"]:
        return 0
    if call.flags["dependencies"] and call.edition != ARTICLE:
        promote_dependencies.promote(call, member, cluster, one)
    _promote(call, one, policy)
    return 0


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
    try:
        return promoted.find(call, member, cluster, word, wanted)
    except CommandError as error:
        raise CommandError(f"failed to get resource in cluster({cluster}). err: {error}") from None


def _promote(call: Call, one: Promoted, policy: Object | None) -> None:
    article = call.edition == ARTICLE
    if promoted.exists(call, one):
        (call.out if article else call.err).write(
            f"Resource {one.title} already exist in karmada control plane, you can edit PropagationPolicy "
            "and OverridePolicy to propagate it\n"
        )
        return
    promoted.create(call, one, "resource")
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


def _policy(call: Call, one: Promoted, cluster: str) -> Object | None:
    """The policy that keeps the object where it is, its fields as its type has them; None if unwanted."""
    if not call.flags["auto-create-policy"]:
        return None
    place, article = namespace(one.obj), call.edition == ARTICLE
    kind = f"{one.resource.group}/{one.resource.version}, Kind={one.obj['kind']}"
    made = f"{name(one.obj)}-propagation" if article else generate_policy_name(place, name(one.obj), kind)
    today: Object = {"conflictResolution": "Overwrite", "preserveResourcesOnDeletion": True}
    dependencies = {"propagateDeps": True} if call.flags["dependencies"] and not article else {}
    selector = {"apiVersion": one.obj["apiVersion"], "kind": one.obj["kind"], "name": name(one.obj)}
    return {
        "kind": "PropagationPolicy" if place else "ClusterPropagationPolicy",
        "apiVersion": "policy.karmada.io/v1alpha1",
        "metadata": {
            "name": call.flags["policy-name"] or made,
            **({"namespace": place} if place else {}),
        },
        "spec": {
            "resourceSelectors": [selector],
            **dependencies,
            "placement": {"clusterAffinity": {"clusterNames": [cluster]}},
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


def _printed(obj: Object, output: str, *, by_name: bool) -> str:
    """``by_name``: the fields in the order of their names. YAML has them so always."""
    if output == "json":
        return json.dumps(obj, indent=4, ensure_ascii=False, sort_keys=by_name) + "\n"
    return to_yaml(obj)


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
