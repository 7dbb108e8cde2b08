"""How the parts of one cluster's API server are put together."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth import reviews
from karmada_nb.engine.apiserver.auth.authenticator import Authenticator
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.auth.service_accounts import ISSUER, ServiceAccountTokens
from karmada_nb.engine.apiserver.http.aggregation.aggregator import Aggregator
from karmada_nb.engine.apiserver.http.aggregation.dialing import Dialer
from karmada_nb.engine.apiserver.http.aggregation.services import Services
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.rbac.reviews import GROUP, AccessReviews
from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.verbs.api import Api, StoreReader
from karmada_nb.engine.apiserver.verbs.call import Call, User
from karmada_nb.engine.meta import Object
from karmada_nb.engine.pki import FrontProxy


def build(
    api: Api,
    signer: Signer,
    version: Mapping[str, Any],
    authorizer: Authorizer,
    *,
    issuer: str = ISSUER,
    static: Mapping[str, User] | None = None,
    in_process: Collection[str] = (),
    front_proxy: FrontProxy | None = None,
) -> ApiServer:
    """An API server ready to ``start``. ``version`` is what ``/version`` says; ``static``: known tokens.

    ``in_process``: APIServices whose servers are in here; ``front_proxy``: how the others know this one.
    """
    tokens = ServiceAccountTokens(api.store, api.clock, signer, issuer)
    authenticator = Authenticator(api.store, api.clock, tokens, static)
    acting = [info for info in BUILT_IN if "list" not in info.verbs]
    services = Services(api.store, in_process)
    aggregator = Aggregator(services, Dialer(StoreReader(api.store), front_proxy))
    server = ApiServer(api, authenticator, authorizer, version, aggregator, acting)
    identity = reviews.AuthenticationReviews(api.store, api.clock, authenticator)
    server.act(reviews.GROUP, "tokenreviews", identity.token_review)
    server.act(reviews.GROUP, "selfsubjectreviews", identity.self_subject_review)
    server.act("", "serviceaccounts", identity.token_request, "token")
    server.act("", "bindings", partial(_bound, api))
    access = AccessReviews(authorizer)
    server.act(GROUP, "subjectaccessreviews", access.subject)
    server.act(GROUP, "selfsubjectaccessreviews", access.own)
    server.act(GROUP, "localsubjectaccessreviews", access.local)
    server.act(GROUP, "selfsubjectrulesreviews", access.rules)
    return server


def _bound(api: Api, request: Request, binding: Object) -> Object:
    """The older way to put a pod on a node: the pod's name is the binding's own."""
    resource = api.registry.resource("", "v1", "pods")
    call = Call(user=request.user)
    return api.create(resource, request.namespace, binding, call, meta.name(binding), "binding")
