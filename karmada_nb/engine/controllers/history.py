"""ControllerRevisions: the templates that a workload has had. Pure, but for ``History``.

Follows pkg/controller/history/controller_history.go.
"""

from collections.abc import Callable, Sequence
from typing import Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.claims import Claims, selector_of
from karmada_nb.engine.controllers.context import REVISIONS, Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client

HASH_LABEL: Final = "controller.kubernetes.io/hash"
POD_LABEL: Final = "controller-revision-hash"
_OMITS: Final = 34
"""The minor version since which an object without a time of creation has no such field."""
_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"


def patch_of(owner: Object, minor: int = _OMITS) -> Object:
    """What a revision keeps: the strategic merge patch that brings its template back. Clients that look for
    the revision of a template compare it as text, so its keys are in order, and servers of ``minor`` versions
    that wrote a time of creation where there is none do so here.
    """
    template = owner["spec"]["template"]
    if minor < _OMITS:
        template = {**template, "metadata": {**(template.get("metadata") or {}), "creationTimestamp": None}}
    patch = {"spec": {"template": {**template, "$patch": "replace"}}}
    found: Object = orjson.loads(orjson.dumps(patch, option=orjson.OPT_SORT_KEYS))
    return found


def template_of(revision: Object) -> Object:
    """The template of a revision."""
    template: Object = revision["data"]["spec"]["template"]
    metadata = {k: v for k, v in (template.get("metadata") or {}).items() if v is not None}
    return {k: v for k, v in {**template, "metadata": metadata}.items() if k != "$patch"}


def hashed(data: Object, collisions: int) -> str:
    """A hash of what a revision keeps, in the letters that names may have."""
    value = 0x811C9DC5
    for byte in orjson.dumps(data, option=orjson.OPT_SORT_KEYS) + str(collisions).encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return "".join(_ALPHABET[ord(digit) % len(_ALPHABET)] for digit in str(value))


def new_revision(
    owner: Object, number: int, hash_label: str, collisions: int = 0, minor: int = _OMITS
) -> Object:
    """A revision of the owner as it is."""
    data = patch_of(owner, minor)
    mark = hashed(data, collisions)
    labels = {**meta.dig(owner, "spec", "template", "metadata", "labels", default={}), hash_label: mark}
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": f"{meta.name(owner)[:223]}-{mark}",
            "namespace": meta.namespace(owner),
            "labels": labels,
            **({"annotations": meta.annotations(owner)} if meta.annotations(owner) else {}),
            "ownerReferences": [meta.owner_reference(owner)],
        },
        "data": data,
        "revision": number,
    }


def in_order(revisions: Sequence[Object]) -> list[Object]:
    """By revision, then age, then name."""
    return sorted(revisions, key=lambda r: (r["revision"], r["metadata"]["creationTimestamp"], meta.name(r)))


class History:
    """The revisions of one kind of workload. ``hash_label`` is where their hash is written."""

    def __init__(self, client: Client, context: Context, hash_label: str = HASH_LABEL) -> None:
        self._client = client
        self._label = hash_label
        self._minor = context.minor
        self._claims = Claims(client, REVISIONS, context.informers(*REVISIONS))

    async def of(self, owner: Object) -> list[Object]:
        """All revisions, the oldest first."""
        return in_order(await self._claims.claim(owner, selector_of(owner)))

    async def current(self, owner: Object, revisions: list[Object], collide: Callable[[], None]) -> Object:
        """The revision of today's template: the newest again, an old one made the newest, or a new one."""
        data = patch_of(owner, self._minor)
        newest = revisions[-1]["revision"] if revisions else 0
        same = next((r for r in reversed(revisions) if r["data"] == data), None)
        if same is not None:
            if same["revision"] == newest:
                return same
            return await self._client.update(REVISIONS, {**same, "revision": newest + 1})
        collisions = meta.dig(owner, "status", "collisionCount", default=0)
        made = new_revision(owner, newest + 1, self._label, collisions, self._minor)
        try:
            return await self._client.create(REVISIONS, made, meta.namespace(owner))
        except StatusError as error:
            if error.reason == "AlreadyExists":
                collide()
            raise

    async def truncate(self, owner: Object, revisions: Sequence[Object], live: set[str]) -> None:
        """Delete the oldest of those that nothing uses, beyond ``revisionHistoryLimit``."""
        spare = [r for r in revisions if meta.name(r) not in live]
        excess = len(spare) - owner["spec"].get("revisionHistoryLimit", 10)
        for revision in spare[: max(0, excess)]:
            await self._client.delete(REVISIONS, meta.name(revision), meta.namespace(revision))
