"""A bearer token at a cluster of this process: who it stands for, and what that user may do."""

from karmada_nb.engine.apiserver.rbac.rules import Request
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import unauthorized
from karmada_nb.engine.karmada.connections.link import InProcess
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import Clock

_BELIEVED_FOR = 60.0
_BOUND_TO = ("secrets", "serviceaccounts")


class Credentials:
    """The cluster's own authenticator decides; its answer is kept until what it may rest on changes."""

    def __init__(self, cluster: InProcess, token: str, clock: Clock) -> None:
        self._cluster = cluster
        self._token = token
        self._clock = clock
        self._user: User | None = None
        self._until = 0.0
        store = cluster.api.store
        self._ends = [store.subscribe(storage, self._doubt) for storage in _BOUND_TO]

    def user(self) -> User:
        """Raises 401 where the cluster does not know the token."""
        if self._user is None or self._clock.monotonic() >= self._until:
            found = self._cluster.server.authenticator.token(self._token)
            if found is None:
                raise unauthorized()
            self._user = found[0]
            self._until = self._clock.monotonic() + _BELIEVED_FOR
        return self._user

    def check(
        self, verb: str, resource: Resource, namespace: str = "", name: str = "", subresource: str = ""
    ) -> User:
        """The user, if it may do this. Raises 401 or 403."""
        user = self.user()
        self._cluster.server.authorizer.check(
            Request(
                user,
                verb,
                resource.group,
                resource.plural,
                subresource,
                namespace,
                name,
                version=resource.version,
            )
        )
        return user

    def close(self) -> None:
        for end in self._ends:
            end()

    def _doubt(self, change: object) -> None:
        self._user = None
