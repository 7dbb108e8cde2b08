"""Whether a cluster is the host cluster of a lab, and of which."""

from pathlib import Path
from urllib.parse import urlsplit

from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.kubeconfig import Access, load
from karmada_nb.paths import default_state_dir

_LOCAL = ("127.0.0.1", "localhost", "::1")


def lab_of(host: Access) -> Path | None:
    """The folder of the lab whose host cluster this is; None if it is no lab's.

    A cluster is known by its port and its authority, so that a copy of a kubeconfig will do.
    """
    for folder in (host.path.absolute().parent, default_state_dir()):
        try:
            own = load(str(folder / "cp.kubeconfig"))
        except CommandError:
            continue
        if (folder / "plan.json").exists() and own.authority == host.authority and _same(own, host):
            return folder
    return None


def _same(one: Access, other: Access) -> bool:
    first, second = urlsplit(one.server), urlsplit(other.server)
    return first.port == second.port and first.hostname in _LOCAL and second.hostname in _LOCAL
