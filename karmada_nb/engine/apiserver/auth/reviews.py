"""What a client may ask about identities: TokenReview, SelfSubjectReview, and tokens for service accounts.

Follows pkg/registry/authentication and pkg/registry/core/serviceaccount/storage/token.go.
"""

from __future__ import annotations

import uuid
from typing import Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.auth.authenticator import Authenticator
from karmada_nb.engine.apiserver.auth.users import user_info
from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.store import Store, StoreKey

GROUP: Final = "authentication.k8s.io"
_MINIMUM: Final = 600
_MAXIMUM: Final = 1 << 32
_DEFAULT: Final = 3600
_BOUND: Final = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


class AuthenticationReviews:
    """The actions of one cluster."""

    def __init__(self, store: Store, clock: Clock, authenticator: Authenticator) -> None:
        self._store = store
        self._clock = clock
        self._authenticator = authenticator

    def token_review(self, request: Request, review: Object) -> Object:
        spec = review.get("spec") or {}
        token = spec.get("token", "")
        if not token:
            raise errors.bad_request("token is required for TokenReview in authentication")
        found = self._authenticator.token(token, spec.get("audiences") or ())
        status: Object
        if found is None:
            why = self._authenticator.service_accounts.refusal(token, spec.get("audiences") or ())
            error = f"[invalid bearer token, {why}]" if why else "invalid bearer token"
            status = {"user": {}, "error": error}
        else:
            user, audiences = found
            status = {"authenticated": True, "user": user_info(user), "audiences": audiences}
        return _typed(review, "TokenReview", review.get("metadata") or {}, {"spec": spec, "status": status})

    def self_subject_review(self, request: Request, review: Object) -> Object:
        metadata = {"creationTimestamp": meta.rfc3339(self._clock.now())}
        status = {"userInfo": user_info(request.user)}
        return _typed(review, "SelfSubjectReview", metadata, {"status": status})

    def token_request(self, request: Request, wanted: Object) -> Object:
        """``serviceaccounts/<name>/token``. Raises 404, 409 and 422."""
        namespace, name = request.namespace, request.name
        account = self._find("serviceaccounts", namespace, name)
        if account is None:
            raise errors.not_found("", "serviceaccounts", name)
        spec = wanted.get("spec") or {}
        metadata = wanted.get("metadata") or {}
        if metadata.get("name", name) not in ("", name):
            why = "must match the service account name if specified"
            cause = field.invalid("metadata.name", metadata["name"], why)
            raise errors.invalid(GROUP, "TokenRequest", name, [cause])
        if metadata.get("namespace", namespace) not in ("", namespace):
            raise errors.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        seconds = spec.get("expirationSeconds") or _DEFAULT
        _check_expiration(spec, seconds)
        tokens = self._authenticator.service_accounts
        audiences = spec.get("audiences") or [tokens.issuer]
        reference = spec.get("boundObjectRef")
        bound = None if reference is None else self._bound(reference, account)
        token, expires = tokens.mint(account, audiences, seconds, bound)
        made = {
            "name": name,
            "namespace": namespace,
            "uid": str(uuid.uuid4()),
            "creationTimestamp": meta.rfc3339(self._clock.now()),
        }
        told = {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": reference or None}
        status = {"token": token, "expirationTimestamp": expires}
        return _typed(wanted, "TokenRequest", made, {"spec": told, "status": status})

    def _bound(self, reference: Object, account: Object) -> tuple[str, Object]:
        kind, name = reference.get("kind", ""), reference.get("name", "")
        storage = _BOUND.get(kind)
        if storage is None:
            version = reference.get("apiVersion", "")
            full = version if "/" in version else f"/{version}"
            raise errors.bad_request(f"cannot bind token to object of type {full}, Kind={kind}")
        namespace = "" if kind == "Node" else meta.namespace(account)
        obj = self._find(storage, namespace, name)
        if obj is None:
            raise errors.not_found("", storage, name)
        if kind == "Pod" and meta.dig(obj, "spec", "serviceAccountName") != meta.name(account):
            raise errors.bad_request(
                f'cannot bind token for serviceaccount "{meta.name(account)}" to pod running with '
                "different serviceaccount name."
            )
        uid = reference.get("uid")
        if uid and uid != meta.uid(obj):
            why = (
                f"the UID in the bound object reference ({uid}) does not match the UID in record. "
                "The object might have been deleted and then recreated"
            )
            raise errors.conflict("", storage, name, why)
        return kind.lower(), obj

    def _find(self, storage: str, namespace: str, name: str) -> Object | None:
        record = self._store.get(StoreKey(storage, namespace, name))
        return None if record is None else record.object


def _check_expiration(spec: Object, seconds: int) -> None:
    causes: list[Cause] = []
    if seconds < _MINIMUM:
        detail = "may not specify a duration less than 10 minutes"
        causes.append(field.invalid("spec.expirationSeconds", seconds, detail))
    if seconds > _MAXIMUM:
        detail = "may not specify a duration larger than 2^32 seconds"
        causes.append(field.invalid("spec.expirationSeconds", seconds, detail))
    if causes:
        raise errors.invalid(GROUP, "TokenRequest", "", causes)


def _typed(sent: Object, kind: str, metadata: Object, rest: Object) -> Object:
    return {
        "kind": kind,
        "apiVersion": sent.get("apiVersion") or f"{GROUP}/v1",
        "metadata": metadata,
        **rest,
    }
