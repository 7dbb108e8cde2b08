"""What an API server serves: from a word as kubectl takes it, or a kind, to a path.

The answers are kept, and asked for again when something is not found: ``karmadactl init`` adds kinds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from karmada_nb.failures import LabError

Fetch = Callable[[str], dict[str, Any]]
"""GET a path; raises LookupError if there is no such path."""

_FIRST: Final = ("apps", "policy.karmada.io", "work.karmada.io", "cluster.karmada.io", "batch")
"""Groups that the course asks for most; looking there first saves asking for all the others."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of object, and where it is."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    names: frozenset[str]
    """What kubectl calls it: plural, singular, short names; all in lower case."""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def title(self) -> str:
        """As kubectl prints it: ``deployment.apps``, ``service``."""
        return f"{self.kind.lower()}.{self.group}" if self.group else self.kind.lower()

    def path(self, namespace: str | None, name: str = "") -> str:
        """Where an object is, or the collection; ``namespace`` None means all of them."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        inside = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{root}{inside}/{self.plural}" + (f"/{name}" if name else "")


class Discovery:
    """The resources of one API server."""

    def __init__(self, fetch: Fetch, cluster: str) -> None:
        self._fetch = fetch
        self._cluster = cluster
        self._groups: dict[str, tuple[str, ...]] = {}
        self._resources: dict[str, list[Resource]] = {}

    def word(self, word: str) -> Resource:
        """The resource of ``deployments``, ``deploy``, ``deployment.apps``, ``rb`` ... Raises LabError."""
        name, _, group = word.lower().partition(".")
        for fresh in (False, True):
            for resource in self._all(fresh):
                if name in resource.names and group in ("", resource.group):
                    return resource
        raise LabError(
            "expected {word!r} to be a kind of object, and {cluster} serves no such kind. "
            "See those it serves: kubectl api-resources",
            word=word,
            cluster=self._cluster,
        )

    def kind(self, api_version: str, kind: str) -> Resource:
        """The resource of an object. Raises LabError."""
        for fresh in (False, True):
            if fresh:
                self._resources.pop(api_version, None)
            for resource in self._of(api_version):
                if resource.kind == kind:
                    return resource
        raise LabError(
            "{cluster} knows no kind {kind} in {version}. Is the apiVersion right, and is this "
            "the cluster you meant? Karmada's own kinds are served by Karmada only.",
            cluster=self._cluster,
            kind=kind,
            version=api_version,
        )

    def _all(self, fresh: bool) -> Iterator[Resource]:
        if fresh or not self._groups:
            found = self._fetch("/apis").get("groups", [])
            self._groups = {g["name"]: _versions(g) for g in found}
            if fresh:
                self._resources.clear()
        yield from self._of("v1")
        for group in sorted(self._groups, key=lambda g: _FIRST.index(g) if g in _FIRST else len(_FIRST)):
            for version in self._groups[group]:
                yield from self._of(version)

    def _of(self, api_version: str) -> list[Resource]:
        if api_version not in self._resources:
            path = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
            try:
                listed = self._fetch(path).get("resources", [])
            except LookupError:
                return []
            group, _, version = api_version.rpartition("/")
            self._resources[api_version] = [
                Resource(group, version, item["kind"], item["name"], item["namespaced"], _names(item))
                for item in listed
                if "/" not in item["name"]
            ]
        return self._resources[api_version]


def _versions(group: dict[str, Any]) -> tuple[str, ...]:
    """All versions, the preferred one first: some kinds are in another one only, as Work is."""
    preferred = group["preferredVersion"]["groupVersion"]
    return tuple(dict.fromkeys([preferred, *(version["groupVersion"] for version in group["versions"])]))


def _names(item: dict[str, Any]) -> frozenset[str]:
    said = [item["name"], item.get("singularName") or item["kind"], item["kind"], *item.get("shortNames", ())]
    return frozenset(name.lower() for name in said)
