"""``karmadactl taint``. Follows pkg/karmadactl/taint/taint.go and pkg/util/lifted/taint.go."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from karmada_nb.engine.apiserver.validation.names import label_value, qualified_name
from karmada_nb.engine.meta import Object, dig
from karmada_nb.engine.runtime.client import MERGE_PATCH
from karmada_nb.karmadactl.command import DRY_RUN, KARMADA, Call, Command
from karmada_nb.karmadactl.failures import CommandError, Several
from karmada_nb.karmadactl.flags import switch

_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")


class Taint(NamedTuple):
    key: str
    value: str
    effect: str

    def __str__(self) -> str:
        value = f"={self.value}" if self.value else ""
        return f"{self.key}{value}:{self.effect}" if self.effect else f"{self.key}{value}"

    def to_dict(self) -> Object:
        return {field: said for field, said in self._asdict().items() if said}


def run(call: Call) -> int:
    resources, specs = split(call.arguments)
    if not resources:
        raise CommandError("one or more resources must be specified as <resource> <name>")
    if not specs:
        raise CommandError("at least one taint update is required")
    add, remove = parse(specs)
    kind = resources[0].lower()
    if kind not in ("cluster", "clusters"):
        raise CommandError(f'invalid resource type {kind}, only ["cluster" "clusters"] are supported')
    _check_apart(add, remove)
    if len(resources) < 2:
        raise CommandError("at least one resource name must be specified")
    for name in resources[1:]:
        path = f"/apis/cluster.karmada.io/v1alpha1/clusters/{name}"
        standing: list[Object] = dig(call.karmada.get(path), "spec", "taints", default=[])
        done, wanted = reorganize(name, standing, add, remove, overwrite=call.flags["overwrite"])
        if not call.flags["dry-run"]:
            patch = {"spec": {"taints": wanted or None}}
            call.karmada.request("PATCH", path, patch, content_type=MERGE_PATCH)
        call.out.write(f"cluster/{name} {done}\n")
    return 0


def split(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """The resource words, and the taints after them. Raises CommandError where they mix."""
    resources: list[str] = []
    specs: list[str] = []
    for said in arguments:
        if "=" in said or ":" in said or said.endswith("-"):
            specs.append(said)
        elif specs:
            raise CommandError(f"all resources must be specified before taint changes: {said}")
        else:
            resources.append(said)
    return resources, specs


def parse(specs: Iterable[str]) -> tuple[list[Taint], list[Taint]]:
    """Taints to put on and to take off. Raises CommandError."""
    add: list[Taint] = []
    remove: list[Taint] = []
    for spec in specs:
        if spec.endswith("-"):
            remove.append(parse_one(spec[:-1])._replace(value=""))
            continue
        taint = parse_one(spec)
        if not taint.effect:
            raise CommandError(f"invalid taint spec: {spec}")
        if any((old.key, old.effect) == (taint.key, taint.effect) for old in add):
            said = f"{{{taint.key} {taint.value} {taint.effect} <nil>}}"
            raise CommandError(f"duplicated taints with the same key and effect: {said}")
        add.append(taint)
    return add, remove


def parse_one(said: str) -> Taint:
    """``key=value:effect``, ``key:effect`` or ``key``. Raises CommandError."""
    parts = said.split(":")
    if len(parts) > 2:
        raise CommandError(f"invalid taint spec: {said}")
    effect = parts[1] if len(parts) == 2 else ""
    if len(parts) == 2 and effect not in _EFFECTS:
        raise CommandError(f"invalid taint effect: {effect}, unsupported taint effect")
    key, *values = parts[0].split("=") if effect else parts[:1]
    if len(values) > 1:
        raise CommandError(f"invalid taint spec: {said}")
    value = values[0] if values else ""
    if value:
        _refuse(said, label_value(value))
    _refuse(said, qualified_name(key))
    return Taint(key, value, effect)


def reorganize(
    name: str,
    standing: Sequence[Object],
    add: Sequence[Taint],
    remove: Sequence[Taint],
    *,
    overwrite: bool,
) -> tuple[str, list[Object]]:
    """What was done in one word, and the taints the cluster has then. Raises CommandError, Several."""
    same = [t.key for t in add for old in standing if (old["key"], old["effect"]) == (t.key, t.effect)]
    if same and not overwrite:
        raise CommandError(
            f"cluster {name} already has {','.join(same)} taint(s) with same effect(s) "
            "and --overwrite is false"
        )
    taints = [taint.to_dict() for taint in add]
    kept = [old for old in standing if not any((old["key"], old["effect"]) == (t.key, t.effect) for t in add)]
    taints += kept
    added, deleted = len(taints) != len(standing), False
    missing: list[Exception] = []
    for taint in remove:
        left = [t for t in taints if t["key"] != taint.key or (taint.effect and t["effect"] != taint.effect)]
        deleted = len(left) != len(taints)
        taints = left
        if not deleted:
            missing.append(CommandError(f'taint "{taint}" not found'))
    if missing:
        raise Several(missing)
    if (added and deleted) or overwrite:
        return "modified", taints
    return ("tainted" if added else "untainted"), taints


def _check_apart(add: Iterable[Taint], remove: Sequence[Taint]) -> None:
    both = [
        f'{{"{gone.key}":"{gone.effect}"}}'
        for taint in add
        for gone in remove
        if taint.key == gone.key and gone.effect in ("", taint.effect)
    ]
    if both:
        raise CommandError(
            f"can not both modify and remove the following taint(s) in the same command: {', '.join(both)}"
        )


def _refuse(said: str, complaints: Sequence[str]) -> None:
    if complaints:
        raise CommandError(f"invalid taint spec: {said}, {'; '.join(complaints)}")


COMMAND = Command(
    "taint CLUSTER NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
    "Update the taints on one or more clusters",
    run,
    (*KARMADA, switch("overwrite", "Let a taint that stands be given another value."), DRY_RUN),
    (
        "taint clusters foo dedicated=special-user:NoSchedule",
        "taint clusters foo dedicated:NoSchedule-",
        "taint clusters foo dedicated-",
    ),
)
