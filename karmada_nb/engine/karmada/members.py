"""How the control plane reaches a member: by what its Cluster object says, wherever the member runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.informer import Informers


@dataclass(frozen=True, slots=True)
class Health:
    """``online``: something answered. ``healthy``: it answered that it is ready."""

    online: bool
    healthy: bool


class Member(Protocol):
    """A connection to one member cluster, with the rights that its Cluster's secret gives.

    Everything raises ``Unreachable`` while the member cannot be reached. ``informers`` keep what they last
    knew then, and catch up when the member is back.
    """

    client: Client
    informers: Informers

    async def health(self) -> Health:
        """Asks ``/readyz`` (``/healthz`` where there is none). Never raises."""
        ...

    async def version(self) -> str:
        """``gitVersion`` of the member's API server."""
        ...

    async def api_enablements(self) -> tuple[list[Object], bool]:
        """``status.apiEnablements`` of a Cluster, and whether discovery was complete."""
        ...

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """The resource of a manifest in this member; None where the member does not serve the kind."""
        ...

    def namespaced(self, resource: Resource) -> bool: ...

    async def request(self, method: str, path: str, body: Any = None) -> Object:
        """A raw request for what ``client`` has no verb for. Raises StatusError."""
        ...

    async def close(self) -> None: ...


class Members(Protocol):
    """The connections, kept as long as a Cluster's endpoint and secrets stay the same."""

    def get(self, cluster: str) -> Member | None:
        """The connection to a joined cluster; None while there is no Cluster or secret by that name.

        Raises StatusError with what is wrong with the Cluster's endpoint or credentials.
        """
        ...

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call ``listener`` with the name of a cluster whose connection was made, remade or dropped."""
        ...
