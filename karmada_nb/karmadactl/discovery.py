"""What an API server serves, and which of it a word on the command line means.

Follows the RESTMapper of client-go and ResourceTypeOrNameArgs of k8s.io/cli-runtime pkg/resource.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from karmada_nb.engine.meta import Object
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.session import Session

_AGGREGATED: Final = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"


NOTHING_NAMED: Final = (
    "You must provide one or more resources by argument or filename.\n"
    "Example resource specifications include:\n"
    "   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'"
)


class Served(NamedTuple):
    """One resource, in one version."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    namespaced: bool
    short_names: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def title(self) -> str:
        """As kubectl puts it before a name: ``deployment.apps``."""
        return f"{self.singular}.{self.group}" if self.group else self.singular

    @property
    def order(self) -> str:
        """As Go prints a GroupVersionResource, by which kubectl sorts."""
        return f"{self.group}/{self.version}, Resource={self.plural}"

    def path(self, namespace: str = "", name: str = "") -> str:
        root = f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"
        place = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{root}{place}/{self.plural}" + (f"/{name}" if name else "")


class Wanted(NamedTuple):
    """A resource, and a name if one object is wanted."""

    word: str
    name: str = ""


def discover(session: Session) -> list[Served]:
    """All that a server serves, preferred versions first, the core group before all others."""
    return [
        found
        for path in ("/api", "/apis")
        for group in session.get(path, _AGGREGATED).get("items") or []
        for found in _group(group)
    ]


def _group(group: Object) -> Iterator[Served]:
    name = (group.get("metadata") or {}).get("name", "")
    for version in group.get("versions") or []:
        for item in version.get("resources") or []:
            kind = (item.get("responseKind") or {}).get("kind", "")
            yield Served(
                name,
                version["version"],
                item["resource"],
                item.get("singularResource") or kind.lower(),
                kind,
                item.get("scope") == "Namespaced",
                tuple(item.get("shortNames") or ()),
                tuple(item.get("categories") or ()),
            )


def named(served: Sequence[Served], word: str) -> list[Served]:
    """What a word means: one resource, or all of a category. Raises CommandError for an unknown word."""
    plain, _, rest = word.lower().partition(".")
    for item in served:
        if _is(item, plain) and _in(item, rest):
            return [item]
    seen: set[tuple[str, str]] = set()
    found = []
    for item in served:
        if not rest and plain in item.categories and (item.group, item.plural) not in seen:
            seen.add((item.group, item.plural))
            found.append(item)
    if found:
        return found
    raise CommandError(f'the server doesn\'t have a resource type "{word}"')


def _is(item: Served, word: str) -> bool:
    return word in (item.plural, item.singular, item.kind.lower()) or word in item.short_names


def _in(item: Served, rest: str) -> bool:
    """Whether ``rest`` is the group, a beginning of it, or a version and the group."""
    if not rest:
        return True
    return item.group.startswith(rest) or rest in (f"{item.version}.{item.group}", item.version)


def wanted(arguments: Sequence[str]) -> list[Wanted]:
    """``type``, ``type,type``, ``type name name`` or ``type/name type/name``. Raises CommandError."""
    if not arguments:
        raise CommandError(NOTHING_NAMED)
    if any("/" in said for said in arguments):
        out = []
        for said in arguments:
            word, slash, name = said.partition("/")
            if not slash or not word or not name:
                raise CommandError(
                    "there is no need to specify a resource type as a separate argument when passing "
                    f"arguments in resource/name form (e.g. 'karmadactl get resource/{said}')"
                )
            out.append(Wanted(word, name))
        return out
    words = [word for word in arguments[0].split(",") if word]
    return [Wanted(word, name) for word in words for name in (arguments[1:] or [""])]
