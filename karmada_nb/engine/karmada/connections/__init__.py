"""How the control plane reaches its members: in this process, or over HTTPS."""

from karmada_nb.engine.karmada.connections.connections import Connections, Lookup
from karmada_nb.engine.karmada.connections.link import InProcess, Link

__all__ = ["Connections", "InProcess", "Link", "Lookup"]
