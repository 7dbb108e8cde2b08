"""What happens to a write between decoding and storage that needs to know more than the object itself."""

from __future__ import annotations

from karmada_nb.engine.apiserver.admission.chain import Plugin


def default_plugins(*, service_accounts: bool = True) -> list[Plugin]:
    """The plugins of an API server, in upstream's order."""
    return []
