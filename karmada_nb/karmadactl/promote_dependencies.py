"""``karmadactl promote --dependencies``: what an object needs becomes Karmada's before the object does.

Follows promoteDeps, doPromoteDeps and revertPromotedDeps of pkg/karmadactl/promote/promote.go.
"""

from collections.abc import Sequence

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import MANAGED_BY_KARMADA_LABEL, WORK_PERMANENT_ID_LABEL
from karmada_nb.engine.karmada.interpreter.base import Operation
from karmada_nb.engine.karmada.interpreter.native import native
from karmada_nb.engine.meta import labels, with_metadata
from karmada_nb.karmadactl import promoted
from karmada_nb.karmadactl.command import Call
from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.promoted import Promoted
from karmada_nb.karmadactl.session import Session

_KARMADAS = (WORK_PERMANENT_ID_LABEL, MANAGED_BY_KARMADA_LABEL)


def promote(call: Call, member: Session, cluster: str, one: Promoted) -> None:
    """All or none: where one is Karmada's already or fails, those before it are given back.

    Raises CommandError for a failure. It is none that Karmada has one: the object itself is promoted then.
    """
    interpreter = native(call.edition)
    if not interpreter.hook_enabled(one.obj["apiVersion"], one.obj["kind"], Operation.INTERPRET_DEPENDENCY):
        call.err.write("there is no interpreter configured support to interpret dependencies\n")
        return
    call.out.write("use default interpreter\n")
    done: list[Promoted] = []
    try:
        for reference in interpreter.get_dependencies(one.obj):
            found = _find(call, member, cluster, reference)
            dependency = Promoted(found.resource, promoted.template(found.obj, call))
            if promoted.exists(call, dependency):
                _give_back(call, member, done)
                call.err.write(
                    f"Dependency resource {dependency.title} already exist in karmada control plane, "
                    "you can edit PropagationPolicy and OverridePolicy to propagate it\n"
                )
                return
            promoted.create(call, dependency, "dependency resource")
            call.out.write(f"Dependency resource {dependency.title} is promoted successfully\n")
            done.append(found)
    except (CommandError, StatusError) as error:
        _give_back(call, member, done)
        raise CommandError(
            f"failed to promote dependencies of resource {one.title} automatically: {error}"
        ) from None


def _find(call: Call, member: Session, cluster: str, reference: dict[str, str]) -> Promoted:
    kind, wanted = reference["kind"], reference["name"]
    try:
        return promoted.find(call, member, cluster, kind, wanted)
    except CommandError as error:
        place = f"{reference.get('namespace', '')}/{wanted}"
        raise CommandError(
            f'failed to get dependency "{kind}"({place}) in cluster({cluster}): {error}'
        ) from None


def _give_back(call: Call, member: Session, done: Sequence[Promoted]) -> None:
    """Take them from Karmada again; without its labels in the member, so that there they stay."""
    for one in done:
        current = member.get(one.own_path)
        kept = {key: said for key, said in labels(current).items() if key not in _KARMADAS}
        member.request("PUT", one.own_path, with_metadata(current, labels=kept or None))
        call.karmada.request("DELETE", one.own_path)
        call.out.write(f"Dependency resource {one.title} is reverted successfully\n")
