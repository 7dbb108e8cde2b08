"""Objects on their way from a member to Karmada. Follows pkg/karmadactl/promote/promote.go."""

from dataclasses import dataclass
from typing import Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.interpreter.prune import remove_irrelevant_fields
from karmada_nb.engine.meta import Object, annotations, name, namespace, with_metadata
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.discovery import Served, discover, named
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.session import Session

_CONFLICT: Final = "work.karmada.io/conflict-resolution"


@dataclass(frozen=True, slots=True)
class Promoted:
    """One object on its way: ``title`` is how messages call it."""

    resource: Served
    obj: Object

    @property
    def title(self) -> str:
        place = namespace(self.obj)
        return f'"{self.resource.order}"({f"{place}/" if place else ""}{name(self.obj)})'

    @property
    def path(self) -> str:
        return self.resource.path(namespace(self.obj))

    @property
    def own_path(self) -> str:
        return self.resource.path(namespace(self.obj), name(self.obj))


def template(obj: Object, call: Call) -> Object:
    """The object as Karmada's own, which may take over what is in the member."""
    bare = remove_irrelevant_fields(obj, call.edition)
    return with_metadata(bare, annotations={_CONFLICT: "overwrite", **annotations(bare)})


def find(call: Call, member: Session, cluster: str, word: str, wanted: str) -> Promoted:
    """The object as the member has it. Raises CommandError."""
    place = call.flags["namespace"] or call.access.namespace
    try:
        resource = named(discover(member), word)[0]
        return Promoted(resource, member.get(resource.path(place, wanted)))
    except StatusError as error:
        if error.code == 404:
            raise CommandError(f"the {word} or {wanted} don't exist in cluster({cluster})") from None
        raise CommandError(error.message) from None


def exists(call: Call, one: Promoted) -> bool:
    """Whether Karmada has it."""
    try:
        call.karmada.get(one.own_path)
    except StatusError as error:
        if error.code != 404:
            raise
        return False
    return True


def create(call: Call, one: Promoted, what: str) -> None:
    """Make it Karmada's. Raises CommandError."""
    try:
        call.karmada.request("POST", one.path, one.obj)
    except StatusError as error:
        why = f"failed to create {what} {one.title} in control plane: {error.message}"
        raise CommandError(why) from None
