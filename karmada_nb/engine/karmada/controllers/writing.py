"""Writing what changed and nothing else, whoever else writes at the same time."""

from collections.abc import Callable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.informer import Informer

_ATTEMPTS: Final = 5


async def update(
    client: Client,
    resource: Resource,
    informer: Informer,
    key: Key,
    change: Callable[[Object], Object],
    subresource: str = "",
) -> Object | None:
    """Write ``change`` of the newest version; after a conflict again. Returns what was written.

    None: the object is gone, or ``change`` gave back what is there already.
    """
    found = informer.get(key)
    for attempt in range(_ATTEMPTS):
        if found is None:
            return None
        wanted = change(found)
        if wanted is found or wanted == found:
            return None
        try:
            return await client.update(resource, wanted, subresource)
        except StatusError as error:
            if error.reason == "NotFound":
                return None
            if error.reason != "Conflict" or attempt == _ATTEMPTS - 1:
                raise
        try:
            found = await client.get(resource, key.name, key.namespace)
        except StatusError as error:
            if error.reason != "NotFound":
                raise
            return None
    return None


async def create_or_update(
    client: Client, resource: Resource, informer: Informer, wanted: Object, merge: Callable[[Object], Object]
) -> bool:
    """Create ``wanted``, or write what ``merge`` makes of the object that is there.

    Returns whether anything was written.
    """
    key = meta.key(wanted)
    if informer.get(key) is None:
        try:
            await client.create(resource, wanted, key.namespace)
            return True
        except StatusError as error:
            if error.reason != "AlreadyExists":
                raise
    return await update(client, resource, informer, key, merge) is not None
