"""How the parts of one cluster's API server are put together."""

from collections.abc import Mapping
from typing import Any

from karmada_nb.engine.apiserver.auth.authenticator import Authenticator
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.auth.service_accounts import ISSUER, ServiceAccountTokens
from karmada_nb.engine.apiserver.http.paths import OpenApi
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.rbac.authorizer import Authorizer
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import User


def build(
    api: Api,
    signer: Signer,
    version: Mapping[str, Any],
    *,
    issuer: str = ISSUER,
    static: Mapping[str, User] | None = None,
    open_api: OpenApi | None = None,
) -> ApiServer:
    """An API server ready to ``start``. ``version`` is what ``/version`` says; ``static``: known tokens."""
    tokens = ServiceAccountTokens(api.store, api.clock, signer, issuer)
    authenticator = Authenticator(api.store, api.clock, tokens, static)
    authorizer = Authorizer(api.store)
    acting = [info for info in BUILT_IN if "list" not in info.verbs]
    return ApiServer(api, authenticator, authorizer, version, acting, open_api)
