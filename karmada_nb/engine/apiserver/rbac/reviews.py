"""Questions about permissions: the four access reviews of ``authorization.k8s.io``.

Follows pkg/registry/authorization and pkg/apis/authorization/validation.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth import users
from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import Cause, bad_request, invalid
from karmada_nb.engine.meta import Object

GROUP: Final = "authorization.k8s.io"
_GO_NAMES: Final = {"path": "Path", "verb": "Verb"}


class AccessReviews:
    """The actions of one cluster."""

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def subject(self, request: Request, review: Object) -> Object:
        spec = review.get("spec") or {}
        _check(_attribute_causes(spec) + _subject_causes(spec))
        return self._answered(review, "SubjectAccessReview", users.from_spec(spec))

    def own(self, request: Request, review: Object) -> Object:
        _check(_attribute_causes(review.get("spec") or {}))
        return self._answered(review, "SelfSubjectAccessReview", request.user)

    def local(self, request: Request, review: Object) -> Object:
        spec = review.get("spec") or {}
        causes = _attribute_causes(spec) + _subject_causes(spec)
        if spec.get("nonResourceAttributes") is not None:
            causes.append(field.forbidden("spec.nonResourceAttributes", "disallowed on this kind of request"))
        asked = meta.dig(spec, "resourceAttributes", "namespace", default="")
        named = meta.namespace(review) or request.namespace
        if spec.get("resourceAttributes") is not None and asked != named:
            causes.append(
                field.invalid("spec.resourceAttributes.namespace", asked, "must match metadata.namespace")
            )
        _check(causes)
        if asked != request.namespace:
            raise bad_request(f"spec.resourceAttributes.namespace must match namespace: {request.namespace}")
        return self._answered(review, "LocalSubjectAccessReview", users.from_spec(spec))

    def rules(self, request: Request, review: Object) -> Object:
        """SelfSubjectRulesReview: everything the asking user may do in a namespace."""
        spec = review.get("spec") or {}
        namespace = spec.get("namespace", "")
        if not namespace:
            raise bad_request("no namespace on request")
        grants, problems = self._authorizer.grants(request.user, namespace)
        resources: list[Object] = []
        urls: list[Object] = []
        for grant in grants:
            source = grant.rule.source
            if source.get("resources"):
                parts = ("verbs", "apiGroups", "resources", "resourceNames")
                resources.append({part: list(source[part]) for part in parts if source.get(part)})
            if source.get("nonResourceURLs"):
                urls.append({"verbs": list(source["verbs"]), "nonResourceURLs": source["nonResourceURLs"]})
        status: Object = {"resourceRules": resources, "nonResourceRules": urls, "incomplete": bool(problems)}
        if problems:
            status["evaluationError"] = ", ".join(problems)
        return _typed({}, "SelfSubjectRulesReview", {"spec": {}, "status": status})

    def _answered(self, review: Object, kind: str, user: User) -> Object:
        spec = review.get("spec") or {}
        decision = self._authorizer.authorize(_request(user, spec))
        status: Object = {"allowed": decision.allowed}
        if decision.reason:
            status["reason"] = decision.reason
        return _typed(review, kind, {"spec": spec, "status": status})


def _request(user: User, spec: Object) -> Request:
    attributes = spec.get("resourceAttributes")
    if attributes is None:
        paths = spec["nonResourceAttributes"]
        return Request(user, paths.get("verb", ""), path=paths.get("path", ""))
    return Request(
        user,
        attributes.get("verb", ""),
        attributes.get("group", ""),
        attributes.get("resource", "") or "*",
        attributes.get("subresource", ""),
        attributes.get("namespace", ""),
        attributes.get("name", ""),
        version=attributes.get("version", "*"),
    )


def _attribute_causes(spec: Object) -> list[Cause]:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        shown = {go: path.get(name, "") for name, go in _GO_NAMES.items()}
        detail = "cannot be specified in combination with resourceAttributes"
        return [field.invalid("spec.nonResourceAttributes", shown, detail)]
    if resource is None and path is None:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [field.invalid("spec.resourceAttributes", None, detail)]
    return []


def _subject_causes(spec: Object) -> list[Cause]:
    if spec.get("user") or spec.get("groups"):
        return []
    return [field.invalid("spec.user", "", "at least one of user or group must be specified")]


def _check(causes: list[Cause]) -> None:
    if causes:
        raise invalid(GROUP, "", "", causes)


def _typed(sent: Object, kind: str, rest: Object) -> Object:
    return {
        "kind": kind,
        "apiVersion": f"{GROUP}/v1",
        "metadata": sent.get("metadata") or {},
        **rest,
    }
