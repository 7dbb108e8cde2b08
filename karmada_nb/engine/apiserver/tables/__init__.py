"""Tables as the server makes them for ``kubectl get``: columns and cells of every kind."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.resource import Table
from karmada_nb.engine.apiserver.tables import (
    cluster,
    devices,
    drivers,
    flowcontrol,
    network,
    pods,
    policies,
    storage,
    workloads,
)
from karmada_nb.engine.apiserver.tables.plain import DEFAULT_TABLE

_TABLES: Final[dict[tuple[str, str], Table]] = {
    **cluster.TABLES,
    **devices.TABLES,
    **drivers.TABLES,
    **flowcontrol.TABLES,
    **network.TABLES,
    **pods.TABLES,
    **policies.TABLES,
    **storage.TABLES,
    **workloads.TABLES,
}


def table_for(group: str, kind: str) -> Table:
    """The table of a built-in kind; name and creation time for one without a printer of its own."""
    return _TABLES.get((group, kind), DEFAULT_TABLE)
