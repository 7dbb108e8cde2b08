"""Commands that are kubectl's, at Karmada's API: create, delete, label, annotate, patch, explain, edit."""

from collections.abc import Callable
from functools import partial

from karmada_nb.karmadactl import kubectl
from karmada_nb.karmadactl.command import KARMADA, Call, Command
from karmada_nb.karmadactl.flags import Flag
from karmada_nb.karmadactl.scope import CLUSTER, SCOPE, one_member


def _run(call: Call, name: str) -> int:
    start = kubectl.replace_process if name == "edit" else kubectl.run
    return start(call, [name, *call.arguments])


def _explain(call: Call) -> int:
    return kubectl.run(call, ["explain", *call.arguments], one_member(call))


def _same(name: str) -> Callable[[Call], int]:
    return partial(_run, name=name)


EXPLAIN = Command(
    "explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext]",
    "Get documentation for a resource of Karmada or of a member",
    _explain,
    (*KARMADA, SCOPE, Flag("cluster", CLUSTER.usage)),
    ("explain propagationpolicies", "explain propagationpolicies.spec.placement"),
    lifts=True,
)
CREATE = Command(
    "create -f FILENAME",
    "Create a resource in Karmada from a file or from stdin",
    _same("create"),
    KARMADA,
    ("create -f ./pod.yaml", "create namespace shop"),
    lifts=True,
)
DELETE = Command(
    "delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
    "Delete resources of Karmada by file names, stdin, resources and names, or by label selector",
    _same("delete"),
    KARMADA,
    ("delete deployment nginx", "delete propagationpolicy nginx-propagation"),
    lifts=True,
)
EDIT = Command(
    "edit (RESOURCE/NAME | -f FILENAME)",
    "Edit a resource of Karmada in your editor",
    _same("edit"),
    KARMADA,
    ("edit deployment/nginx",),
    lifts=True,
)
PATCH = Command(
    "patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    "Update fields of a resource of Karmada",
    _same("patch"),
    KARMADA,
    ("""patch deployment nginx -p '{"spec":{"replicas":3}}'""",),
    lifts=True,
)
LABEL = Command(
    "label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N",
    "Update the labels on a resource of Karmada",
    _same("label"),
    KARMADA,
    ("label clusters member1 zone=east",),
    lifts=True,
)
ANNOTATE = Command(
    "annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N",
    "Update the annotations on a resource of Karmada",
    _same("annotate"),
    KARMADA,
    ("annotate deployment nginx owner=me",),
    lifts=True,
)
