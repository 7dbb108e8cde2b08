"""Commands that are kubectl's, at Karmada or at one member: describe, exec, logs, attach, api-resources.

Follows pkg/karmadactl/{describe,exec,logs,attach,apiresources}.
"""

from collections.abc import Callable
from functools import partial

from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.karmadactl import kubectl
from karmada_nb.karmadactl.command import KARMADA, Call, Command
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.flags import Flag
from karmada_nb.karmadactl.scope import CLUSTER, SCOPE, one_member

_LONG_CLUSTER = Flag("cluster", CLUSTER.usage)
_TERMINAL = frozenset(("exec", "attach"))
"""What needs the terminal for itself."""
_SCOPED = (*KARMADA, SCOPE, CLUSTER)


def _run(call: Call, name: str) -> int:
    """A member is asked for by scope and name; v1.2, which knew no scopes, by its name alone."""
    cluster = one_member(call)
    if call.edition == ARTICLE and not call.given("operation-scope"):
        cluster = call.flags["cluster"]
    start = kubectl.replace_process if name in _TERMINAL else kubectl.run
    return start(call, [name, *call.arguments], cluster)


def _at(name: str) -> Callable[[Call], int]:
    return partial(_run, name=name)


def logs(call: Call) -> int:
    cluster = call.flags["cluster"]
    if not cluster:
        raise CommandError("must specify a cluster")
    return kubectl.run(call, ["logs", *call.arguments], cluster)


DESCRIBE = Command(
    "describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) "
    "(--operation-scope=SCOPE --cluster=CLUSTER)",
    "Show details of a resource, or of a group of resources, in Karmada or a member",
    _at("describe"),
    _SCOPED,
    ("describe deployment nginx", "describe pods --operation-scope=members --cluster=member1"),
    lifts=True,
)
EXEC = Command(
    "exec (POD | TYPE/NAME) [-c CONTAINER] (-C CLUSTER) -- COMMAND [args...]",
    "Execute a command in a container in a cluster",
    _at("exec"),
    _SCOPED,
    ("exec mypod --operation-scope=members --cluster=member1 -- date",),
    lifts=True,
)
ATTACH = Command(
    "attach (POD | TYPE/NAME) -c CONTAINER",
    "Attach to a running container in a cluster",
    _at("attach"),
    _SCOPED,
    ("attach mypod --operation-scope=members --cluster=member1",),
    lifts=True,
)
LOGS = Command(
    "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] (-C CLUSTER)",
    "Print the logs for a container in a pod in a cluster",
    logs,
    (*KARMADA, CLUSTER),
    ("logs nginx -C=member1", "logs -f -l app=nginx --all-containers=true -C=member1"),
    lifts=True,
)
API_RESOURCES = Command(
    "api-resources",
    "Print the resources that Karmada or a member serves",
    _at("api-resources"),
    (*KARMADA, SCOPE, _LONG_CLUSTER),
    ("api-resources", "api-resources --operation-scope=members --cluster=member1"),
    lifts=True,
)
API_VERSIONS = Command(
    "api-versions",
    'Print the API versions that Karmada or a member serves, as "group/version"',
    _at("api-versions"),
    (*KARMADA, SCOPE, _LONG_CLUSTER),
    ("api-versions",),
    lifts=True,
)
