"""``Member`` for a cluster that is reached over HTTPS."""

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.connections.access import Access
from karmada_nb.engine.karmada.members import Member
from karmada_nb.engine.runtime.clock import Clock


def connect(access: Access, clock: Clock) -> Member:
    raise StatusError(503, "ServiceUnavailable", f"no way to {access.endpoint}")
