"""From a notebook's parameters to a backend."""

from pathlib import Path

from karmada_nb.backends.base import Backend
from karmada_nb.backends.embedded import Embedded, default_state_dir
from karmada_nb.backends.k3d import K3d
from karmada_nb.engine.state import StateError
from karmada_nb.failures import LabError


def backend_for(
    name: str,
    state_dir: Path | None,
    edition: str,
    members: int,
    nodes: int,
    base_port: int | None,
    own_pod_ranges: bool = False,
) -> Backend:
    """The backend of a name. Raises LabError for an unknown one, or a folder with another lab than asked."""
    if name == "k3d":
        return K3d(state_dir, members, nodes, edition, base_port, own_pod_ranges)
    if name == "kubeconfig":
        raise LabError(
            "expected kubeconfigs for backend='kubeconfig': use Lab.attach(karmada=..., members=...)"
        )
    if name != "embedded":
        raise LabError("expected backend to be embedded, k3d or kubeconfig, found {name!r}", name=name)
    folder = state_dir or _default_for(edition)
    made = Embedded(
        folder,
        members=members,
        nodes=nodes,
        edition=edition,
        base_port=base_port,
        own_pod_ranges=own_pod_ranges,
    )
    _check(made, edition)
    return made


def _default_for(edition: str) -> Path:
    """Each edition has a lab of its own, so that both can run beside each other."""
    folder = default_state_dir()
    return folder if edition == "article" else folder.with_name(f"{folder.name}-{edition}")


def _check(made: Embedded, edition: str) -> None:
    try:
        plan = made.folder.plan()
    except StateError as error:
        raise LabError(error.text, **error.values) from None
    if plan is not None and plan.edition != edition:
        raise LabError(
            "expected a lab of edition {edition} in {path}, found edition {found}. "
            "Open it with edition={found!r}, or give another folder as state_dir",
            edition=edition,
            path=made.folder.path,
            found=plan.edition,
        )
