"""Who is bound to the roles that a cluster starts with, and its roles in namespaces.

Facts of plugin/pkg/auth/authorizer/rbac/bootstrappolicy. The cluster roles are in ``roles.txt``, a rule a
line: verbs, API groups, resources, names. The group ``core`` is the one without a name, ``url`` stands before
paths outside the resource API; ``read``, ``write`` and ``all`` are the usual sets of verbs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ROLES: Final = Path(__file__).parent / "roles.txt"
_EVENTS: Final = "create,patch,update core,events.k8s.io events"
_LEADERS: Final = (
    "create,get,list,update,watch coordination.k8s.io leases",
    "create,get,list,update,watch coordination.k8s.io leasecandidates",
)
CONTROLLER: Final = "system:controller:"
"""A cluster role of this prefix is bound to the service account of the rest's name in kube-system."""


def cluster_roles() -> Iterator[tuple[str, list[str]]]:
    """The names and rules of all cluster roles that do not aggregate."""
    name, lines = "", list[str]()
    for line in _ROLES.read_text().splitlines():
        if line.startswith("  "):
            lines.append(line.strip())
        elif not line.startswith("#"):
            if name:
                yield name, lines
            name, lines = line, []
    yield name, lines


BINDINGS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "cluster-admin": (("Group", "system:masters"),),
    "system:monitoring": (("Group", "system:monitoring"),),
    "system:discovery": (("Group", "system:authenticated"),),
    "system:basic-user": (("Group", "system:authenticated"),),
    "system:public-info-viewer": (("Group", "system:authenticated"), ("Group", "system:unauthenticated")),
    "system:node-proxier": (("User", "system:kube-proxy"),),
    "system:kube-controller-manager": (("User", "system:kube-controller-manager"),),
    "system:kube-dns": (("ServiceAccount", "kube-dns"),),
    "system:kube-scheduler": (("User", "system:kube-scheduler"),),
    "system:volume-scheduler": (("User", "system:kube-scheduler"),),
    "system:service-account-issuer-discovery": (("Group", "system:serviceaccounts"),),
    "system:node": (),
}
"""Cluster role bindings of the same name as their role; service accounts live in kube-system."""

AGGREGATED: Final = {"admin": "edit", "edit": "view", "view": ""}
"""Roles that gather others by label, and the gathered role that is a step below."""

NAMESPACE_ROLES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("kube-system", "extension-apiserver-authentication-reader"): (
        "read core configmaps extension-apiserver-authentication",
    ),
    ("kube-system", "system:controller:cloud-provider"): ("create,get,list,watch core configmaps",),
    ("kube-system", "system:controller:token-cleaner"): ("delete,get,list,watch core secrets", _EVENTS),
    ("kube-system", "system:controller:bootstrap-signer"): ("read core secrets",),
    ("kube-system", "system::leader-locking-kube-controller-manager"): _LEADERS,
    ("kube-system", "system::leader-locking-kube-scheduler"): _LEADERS,
    ("kube-public", "system:controller:bootstrap-signer"): (
        "read core configmaps",
        "update core configmaps cluster-info",
        _EVENTS,
    ),
}

NAMESPACE_BINDINGS: Final[dict[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("kube-system", "system::extension-apiserver-authentication-reader"): (
        ("User", "system:kube-controller-manager"),
        ("User", "system:kube-scheduler"),
    ),
    ("kube-system", "system:controller:cloud-provider"): (("ServiceAccount", "cloud-provider"),),
    ("kube-system", "system:controller:token-cleaner"): (("ServiceAccount", "token-cleaner"),),
    ("kube-system", "system:controller:bootstrap-signer"): (("ServiceAccount", "bootstrap-signer"),),
    ("kube-system", "system::leader-locking-kube-controller-manager"): (
        ("User", "system:kube-controller-manager"),
        ("ServiceAccount", "kube-controller-manager"),
        ("ServiceAccount", "leader-election-controller"),
    ),
    ("kube-system", "system::leader-locking-kube-scheduler"): (
        ("User", "system:kube-scheduler"),
        ("ServiceAccount", "kube-scheduler"),
    ),
    ("kube-public", "system:controller:bootstrap-signer"): (("ServiceAccount", "bootstrap-signer"),),
}

OTHER_NAMES: Final = {
    "system::extension-apiserver-authentication-reader": "extension-apiserver-authentication-reader"
}
"""Bindings in namespaces that are not called as their role is."""
