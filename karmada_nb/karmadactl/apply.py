"""``karmadactl apply``: kubectl's, and with ``--cluster`` or ``--all-clusters`` a policy for each object.

Follows pkg/karmadactl/apply/apply.go.
"""

import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from karmada_nb.engine.karmada.names import generate_policy_name
from karmada_nb.engine.meta import Object, group_version, name, namespace
from karmada_nb.karmadactl import kubectl
from karmada_nb.karmadactl.command import KARMADA, Call, Command
from karmada_nb.karmadactl.failures import CommandError, Several
from karmada_nb.karmadactl.flags import Flag, strings, switch
from karmada_nb.karmadactl.scope import CLUSTERS_PATH
from karmada_nb.language import say


def run(call: Call) -> int:
    clusters: list[str] = call.flags["cluster"]
    everywhere: bool = call.flags["all-clusters"]
    if clusters and everywhere:
        raise CommandError("--all-clusters and --cluster cannot be used together")
    if not clusters and not everywhere:
        return kubectl.run(call, ["apply", *call.arguments])
    _check(call, clusters)
    words = ["apply", *call.arguments]
    planned = subprocess.run(
        kubectl.command_line(call, [*words, "--dry-run=client", "-o", "json"]),
        capture_output=True,
        check=False,
    )
    if planned.returncode:
        call.err.write(kubectl.own_words(planned.stderr.decode(errors="replace")))
        return planned.returncode
    found: Object = orjson.loads(planned.stdout)
    objects: list[Object] = found["items"] if found.get("kind") == "List" else [found]
    both = [one for obj in objects for one in (_bare(obj), policy(obj, clusters))]
    document = orjson.dumps({"apiVersion": "v1", "kind": "List", "items": both})
    done = subprocess.run(
        kubectl.command_line(call, ["apply", *_others(call.arguments), "-f", "-"]),
        input=document,
        capture_output=True,
        check=False,
    )
    call.out.write(done.stdout.decode(errors="replace"))
    call.err.write(kubectl.own_words(done.stderr.decode(errors="replace")))
    return done.returncode


def policy(obj: Object, clusters: Sequence[str]) -> Object:
    """The policy that takes one object to the clusters, to all of them if none is named."""
    group, version = group_version(obj["apiVersion"])
    kind = f"{group}/{version}, Kind={obj['kind']}"
    place = namespace(obj)
    selector = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": name(obj), "namespace": place}
    affinity: Object = {"clusterNames": list(clusters)} if clusters else {}
    metadata: Object = {"name": generate_policy_name(place, name(obj), kind), "namespace": place}
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy" if place else "ClusterPropagationPolicy",
        "metadata": {field: said for field, said in metadata.items() if said},
        "spec": {
            "resourceSelectors": [{field: said for field, said in selector.items() if said}],
            "placement": {"clusterAffinity": affinity},
        },
    }


def _bare(obj: Object) -> Object:
    """Without what kubectl put in to remember by: it will put in its own."""
    metadata: dict[str, Any] = dict(obj["metadata"])
    annotations = dict(metadata.get("annotations") or {})
    last = annotations.pop("kubectl.kubernetes.io/last-applied-configuration", None)
    if last is not None:
        return dict(orjson.loads(last))
    return {**obj, "metadata": metadata}


def _check(call: Call, clusters: Sequence[str]) -> None:
    known = {name(item) for item in call.karmada.get(CLUSTERS_PATH).get("items") or []} if clusters else set()
    missing = [CommandError(f"cluster {one} does not exist") for one in clusters if one not in known]
    if missing:
        names = ", ".join(sorted(known)) or say("none")
        raise Several(missing, hint=say("Clusters that are joined: {names}.", names=names))


def _others(words: Sequence[str]) -> Iterator[str]:
    """The words without the files, which have been read."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("-f", "--filename", "-k", "--kustomize"):
            skip = True
        elif not word.startswith(("-f", "--filename=", "-k", "--kustomize=")) and word not in (
            "-R",
            "--recursive",
        ):
            yield word


COMMAND = Command(
    "apply (-f FILENAME | -k DIRECTORY)",
    "Apply a configuration to a resource by file name or stdin and propagate them into member clusters",
    run,
    (
        *KARMADA,
        switch("all-clusters", "Propagate what is applied to all members."),
        Flag("cluster", "Propagate what is applied to these members.", "C", [], strings),
    ),
    (
        "apply -f manifest.yaml",
        "apply -f manifest.yaml --cluster member1,member2",
        "apply -f dir/ --all-clusters",
    ),
    lifts=True,
)
