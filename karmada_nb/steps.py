"""What the lab is like at the start of each step of the course, and how to get there from anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from karmada_nb import course, leftovers, waiting
from karmada_nb.chain import KARMADA
from karmada_nb.clusters import CLUSTERS
from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

Make = Callable[[list[str]], Object]
"""An object of the course, given the members' names."""


@dataclass(frozen=True, slots=True)
class Step:
    """Whether Karmada is installed, whether all members have joined, and what has been applied."""

    installed: bool = True
    joined: bool = True
    objects: tuple[Make, ...] = ()


def _pipy(replicas: int) -> tuple[Make, ...]:
    return (lambda members: course.pipy(replicas), lambda members: course.pipy_service())


_SPREAD: Final = (*_pipy(2), course.pipy_policy)
_SCALED: Final = (*_pipy(3), course.pipy_policy)
_CLIENT: Final = (*_SCALED, lambda members: course.curl(), course.curl_policy)

STEPS: Final[dict[str, Step]] = {
    "start": Step(installed=False, joined=False),
    "clusters": Step(installed=False, joined=False),
    "install": Step(installed=False, joined=False),
    "join": Step(joined=False),
    "deploy": Step(),
    "propagation": Step(objects=_pipy(2)),
    "scale": Step(objects=_SPREAD),
    "client": Step(objects=_SCALED),
    "traffic": Step(objects=_CLIENT),
    "summary": Step(objects=_CLIENT),
}


def reach(lab: Lab, name: str) -> None:
    """Bring the lab to the start of a step; does nothing where it is there. Raises LabError.

    On clusters that are for the course alone everything else goes. On others only what the course made goes,
    and Karmada and its members stay.
    """
    if name not in STEPS:
        raise LabError("expected a step ({steps}), found {name!r}", steps=", ".join(STEPS), name=name)
    step, ours = STEPS[name], lab.backend.disposable
    objects = [make(lab.members()) for make in step.objects]
    with waiting.progress() as line:
        line("waiting for the start of {name}", name=name)
        if lab.installed():
            leftovers.clear(lab, objects)
        elif ours:
            leftovers.clear_clusters(lab)
        _membership(lab, step, ours, line)
        if objects:
            _apply(lab, objects)


def _membership(lab: Lab, step: Step, ours: bool, line: waiting.Progress) -> None:
    if not step.installed:
        if ours and lab.installed():
            for member in lab.members():
                line("waiting for {member} to leave", member=member)
                lab.unjoin(member, show=False)
            line("waiting for Karmada to be gone")
            lab.deinit(show=False)
        return
    line("waiting for Karmada")
    lab.init(show=False)
    if step.joined:
        line("waiting for the members to join")
        with ThreadPoolExecutor(len(lab.members()) or 1) as pool:
            list(pool.map(lambda member: lab.join(member, show=False), lab.members()))
        for member in lab.members():
            lab.wait(f"{CLUSTERS}/{member}", ready=True, timeout=120)
    elif ours:
        for member in lab.members():
            lab.unjoin(member, show=False)


def _apply(lab: Lab, objects: list[Object]) -> None:
    """Apply what is not so yet, and wait until the members have what the policies give them."""
    karmada = lab.connect(KARMADA)
    for obj in objects:
        if obj["kind"] == "PropagationPolicy":
            karmada.replace(obj)
        else:
            karmada.apply(obj)
    policies = [obj for obj in objects if obj["kind"] == "PropagationPolicy"]
    for obj in objects:
        if not _selected(obj, policies):
            continue
        _settled(lab, obj)
        if not _as_anew(lab, obj):
            # Placed by what was so before, such as a member that was lost: only a new template starts afresh.
            word = f"{obj['kind'].lower()}/{obj['metadata']['name']}"
            lab.delete(word)
            lab.wait(word, gone=True, timeout=120)
            karmada.apply(obj)
            _settled(lab, obj)


def _selected(obj: Object, policies: Iterable[Object]) -> Object | None:
    """The policy that places a template, if one does."""
    name = (obj["kind"], obj["metadata"]["name"])
    chosen = (p for p in policies for s in p["spec"]["resourceSelectors"] if name == (s["kind"], s["name"]))
    return next(chosen, None)


def _as_anew(lab: Lab, obj: Object) -> bool:
    """Whether a template is where the scheduler would place it if it saw it for the first time."""
    from karmada_nb.karmadactl.placement import hand_out

    targets = _targets(lab, obj)
    if obj["kind"] != "Deployment":
        return len(targets) == len(lab.members())
    wanted: Counter[str] = Counter()
    for seat in hand_out(str(lab.kubeconfig()), obj["metadata"]["name"], "default", obj["kind"], anew=True):
        wanted[seat.cluster] += seat.gets
    return +wanted == +Counter({target["name"]: target.get("replicas", 0) for target in targets})


def _targets(lab: Lab, obj: Object) -> list[Object]:
    """The clusters that the scheduler has chosen for a template."""
    binding = lab.get(f"rb/{obj['metadata']['name']}-{obj['kind'].lower()}")
    return [] if binding is None else list(binding["spec"].get("clusters") or ())


def _settled(lab: Lab, obj: Object) -> None:
    if obj["kind"] == "Deployment":
        _settle(lab, obj["metadata"]["name"], replica_count(obj))
    else:
        name = obj["metadata"]["name"]
        lab.wait(lambda: _targets(lab, obj), say("{name} to be placed", name=name), timeout=180)


def _settle(lab: Lab, name: str, replicas: int) -> None:
    def there() -> bool:
        found = lab.distribution(f"deployment/{name}")
        return bool(found["ready"].sum() == replicas and found["desired"].sum() == replicas)

    lab.wait(f"deployment/{name}", ready=replicas, timeout=180)
    counted = {"replicas": replicas, "name": name}
    lab.wait(there, say("{replicas} replicas of {name} in the members", **counted), timeout=180)
