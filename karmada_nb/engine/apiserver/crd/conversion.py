"""Conversion webhooks: the versions of a custom resource that somebody else converts.

Follows k8s.io/apiextensions-apiserver pkg/apiserver/conversion/webhook_converter.go. An object that has not
been converted yet is a ``Pending`` question; its answer is kept, since it would be the same again.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.verbs.asking import Pending
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object

_KEPT: Final = 4096
_VERSIONS: Final = ("v1",)


class Converter:
    """The conversions of one definition. ``webhook`` is ``spec.conversion.webhook``."""

    def __init__(self, webhook: Object) -> None:
        self.webhook = webhook
        self._known: OrderedDict[str, Object] = OrderedDict()

    def convert(self, obj: Object, wanted: str) -> Object:
        """The object at another apiVersion. Raises Pending while nobody has been asked."""
        if obj["apiVersion"] == wanted:
            return obj
        text = orjson.dumps([wanted, obj], option=orjson.OPT_SORT_KEYS)
        key = hashlib.sha256(text).hexdigest()
        found = self._known.get(key)
        if found is None:
            raise Pending([Conversion(key, self, obj, wanted)])
        self._known.move_to_end(key)
        return found

    def learn(self, key: str, obj: Object) -> None:
        """Keep an answer."""
        self._known[key] = obj
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Conversion:
    """One object to be converted."""

    key: str
    converter: Converter
    obj: Object
    wanted: str

    def review(self, uid: str) -> Object:
        """What the webhook is sent."""
        return {
            "kind": "ConversionReview",
            "apiVersion": "apiextensions.k8s.io/v1",
            "request": {"uid": uid, "desiredAPIVersion": self.wanted, "objects": [self.obj]},
        }

    def read(self, review: Object, uid: str) -> Object:
        """The converted object. Raises StatusError for an answer that is none, or that changes too much."""
        response = review.get("response")
        if not isinstance(response, dict):
            raise self.failed("no response provided")
        if response.get("uid") != uid:
            raise self.failed(f'expected response.uid="{uid}", got "{response.get("uid", "")}"')
        result = response.get("result") or {}
        if result.get("status") != "Success":
            raise self.failed(str(result.get("message") or "Webhook failed without any message"))
        found = response.get("convertedObjects") or []
        if len(found) != 1:
            raise self.failed(f"webhook returned {len(found)} objects, expected 1")
        obj: Any = found[0]
        if obj.get("apiVersion") != self.wanted:
            why = (
                f"returned invalid converted object at index 0: invalid groupVersion (expected {self.wanted},"
            )
            raise self.failed(f"{why} received {obj.get('apiVersion')})")
        if obj.get("kind") != self.obj["kind"]:
            why = f"invalid kind (expected {self.obj['kind']}, received {obj.get('kind')})"
            raise self.failed(f"returned invalid converted object at index 0: {why}")
        return self._restored(obj)

    def failed(self, why: str) -> StatusError:
        """What the client reads."""
        group, version = meta.group_version(self.obj["apiVersion"])
        about = f"{group}/{version}, Kind={self.obj['kind']}"
        return StatusError(500, "", f"conversion webhook for {about} failed: {why}")

    def _restored(self, obj: Object) -> Object:
        """Of the metadata, a conversion may change labels and annotations alone."""
        metadata = dict(self.obj["metadata"])
        given = obj.get("metadata") or {}
        for name in ("labels", "annotations"):
            metadata.pop(name, None)
            if given.get(name):
                metadata[name] = given[name]
        return {**obj, "metadata": metadata}
