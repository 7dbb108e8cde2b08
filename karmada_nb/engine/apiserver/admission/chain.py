"""The contract of an admission plugin, and the chain that runs them in order.

Follows k8s.io/apiserver pkg/admission/interfaces.go: first every plugin may change the object, then every
plugin may refuse it. Plugins are synchronous and read the cluster through ``Reader`` only.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, TypeVar

from karmada_nb.engine.meta import Object

if TYPE_CHECKING:
    from karmada_nb.engine.apiserver.resource import Resource
    from karmada_nb.engine.apiserver.verbs.asking import Answers
    from karmada_nb.engine.apiserver.verbs.call import User

T = TypeVar("T")


def _unheard(text: str) -> None:
    """Warnings of a write that has nobody to be told."""


class Reader(Protocol):
    """The cluster as it is now, by storage name (``serviceaccounts``, ``resourcequotas``)."""

    def find(self, storage: str, namespace: str, name: str) -> Object | None: ...

    def items(self, storage: str, namespace: str = "") -> list[Object]: ...


class Attributes(NamedTuple):
    """One write. ``operation`` is CREATE, UPDATE or DELETE; ``obj`` is None for DELETE."""

    resource: "Resource"
    operation: str
    obj: Object | None
    old: Object | None
    namespace: str
    name: str
    subresource: str
    user: "User"
    dry_run: bool = False
    answers: "Answers | None" = None
    """What was learned outside; None: nobody outside is asked about this write."""
    warn: Callable[[str], None] = _unheard

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time, however often the write has to be run until all is known."""
        return make() if self.answers is None else self.answers.once(name, make)


class Plugin:
    """Does nothing; a plugin overrides what it needs. Raises StatusError to refuse."""

    concerns: ClassVar[frozenset[str] | None] = None
    """Storage names of the resources that the plugin has anything to say about; None: of all."""

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        """A changed object, or None to leave it as it is."""
        return None

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        """Raise StatusError to refuse the write."""

    def committed(self, attributes: Attributes, reader: Reader) -> None:
        """The write happened; for plugins that keep account of what they allocated."""


class _Concerned(NamedTuple):
    """The plugins that have a say about one resource, by what they do."""

    admitting: tuple[Plugin, ...]
    validating: tuple[Plugin, ...]
    counting: tuple[Plugin, ...]


class Chain:
    """All plugins of one API server, in order; each is asked only what it has something to say about."""

    def __init__(self, plugins: Iterable[Plugin] = ()) -> None:
        self._every = tuple(plugins)
        self._concerned: dict[str, _Concerned] = {}

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        """The object after every mutating plugin."""
        for plugin in self._of(attributes.resource).admitting:
            changed = plugin.admit(attributes, reader)
            if changed is not None:
                attributes = attributes._replace(obj=changed)
        return attributes.obj

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        for plugin in self._of(attributes.resource).validating:
            plugin.validate(attributes, reader)

    def committed(self, attributes: Attributes, reader: Reader) -> None:
        for plugin in self._of(attributes.resource).counting:
            plugin.committed(attributes, reader)

    def _of(self, resource: "Resource") -> _Concerned:
        """Which plugins there are, and what concerns them, never changes."""
        found = self._concerned.get(resource.storage)
        if found is None:
            said = [p for p in self._every if p.concerns is None or resource.storage in p.concerns]
            found = self._concerned[resource.storage] = _Concerned(
                tuple(p for p in said if type(p).admit is not Plugin.admit),
                tuple(p for p in said if type(p).validate is not Plugin.validate),
                tuple(p for p in said if type(p).committed is not Plugin.committed),
            )
        return found
