"""What a namespace has in extension API servers goes along with it.

Follows pkg/controller/namespace/deletion/namespaced_resources_deleter.go, which deletes whatever discovery
tells of, and does not finish while a server cannot be asked.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from karmada_nb.engine.apiserver.http.aggregation.aggregator import FAILURES
from karmada_nb.engine.apiserver.http.aggregation.dialing import Dialer
from karmada_nb.engine.apiserver.http.aggregation.services import Services, available, root_of
from karmada_nb.engine.meta import Object, api_version

_GOOD = range(200, 300)


class Sweeper:
    """The content of namespaces that other servers keep."""

    def __init__(self, services: Services, dialer: Dialer) -> None:
        self._services = services
        self._dialer = dialer

    def failures(self) -> list[str]:
        """``group/version`` of each server that cannot be asked what it has."""
        return [
            api_version(service["spec"].get("group", ""), service["spec"]["version"])
            for service in self._services
            if not (available(service) and self._services.heard(service).fresh)
        ]

    async def clear(self, namespace: str) -> tuple[dict[str, int], list[str]]:
        """Delete all content; what remains by resource, and what was refused."""
        remaining: dict[str, int] = {}
        refusals: list[str] = []
        for service in list(self._services):
            for plural in self._collections(service):
                path = f"{root_of(service)}/namespaces/{namespace}/{plural}"
                try:
                    status, data, _ = await self._dialer.fetch(service, path, method="DELETE")
                    if status in _GOOD:
                        status, data, _ = await self._dialer.fetch(service, path)
                    if status not in _GOOD:
                        refusals.append(f"{path}: {data.decode('utf-8', 'replace').strip()}")
                    elif left := len(orjson.loads(data).get("items") or ()):
                        remaining[f"{plural}.{service['spec'].get('group', '')}"] = left
                except (*FAILURES, LookupError, ValueError) as error:
                    refusals.append(f"{path}: {error}")
        return remaining, refusals

    def _collections(self, service: Object) -> Iterator[str]:
        """The resources in namespaces that can be deleted all at once."""
        for resource in (self._services.heard(service).discovery or {}).get("resources") or ():
            if resource.get("scope") == "Namespaced" and {"deletecollection", "list"} <= set(
                resource["verbs"]
            ):
                yield resource["resource"]
