"""Exercises about observing: observe_ill, observe_mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.manifests import Object

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

_IMAGE_REASONS: Final = ("ErrImagePull", "ImagePullBackOff")
"""A kubelet changes between the two."""
_ABSENT: Final = "registry.invalid/"


def judge_ill(lab: Lab, answer: Mapping[str, Any] | None = None) -> Finding:
    """The answer names the member whose pod cannot start, and the reason that its container tells."""
    if not answer:
        return not_attempted("Put your finding into answer: a dict with cluster and reason.")
    if set(answer) != {"cluster", "reason"}:
        return wrong("Expected the keys cluster and reason.")
    found = {name: reasons for name in lab.members() if (reasons := _waiting(lab, name))}
    if not found:
        return not_attempted("No member is ill; run the cell that makes one ill.")
    name, reason = answer["cluster"], answer["reason"]
    if name not in lab.members():
        return wrong(
            "{name} is no member. The members: {members}", name=name, members=", ".join(lab.members())
        )
    if name not in found:
        return wrong(
            "No container of pipy waits in {name}. Ready counts do not tell: look at each member's pods.",
            name=name,
        )
    accepted = {*found[name], *(_IMAGE_REASONS if set(found[name]) & set(_IMAGE_REASONS) else ())}
    if reason not in accepted:
        return wrong(
            "{name} it is. The reason is one word, in state.waiting of its container; not {reason}.",
            name=name,
            reason=reason,
        )
    return right("{name}: {reason}. Its node cannot get the image.", name=name, reason=reason)


def judge_mend(lab: Lab) -> Finding:
    """Every member runs pipy again, with the template's image, and the template is as it was."""
    template = lab.get("deployments/pipy")
    if template is None:
        return not_attempted("pipy is not there; run the cells above.")
    asked = _image(template)
    if asked != "flomesh/pipy":
        return wrong(
            "The template asks for {image} now. It was never ill: put back flomesh/pipy.", image=asked
        )
    for name in lab.members():
        found = lab.get("deployments/pipy", cluster=name)
        if found is None:
            return wrong(
                "pipy is gone from {name}. That hides the illness; the member is to run it.", name=name
            )
        image, reasons = _image(found), _waiting(lab, name)
        if image.startswith(_ABSENT) and lab.get("overridepolicies/pipy-registry") is not None:
            return not_attempted(
                "pipy-registry still sends {name} to a registry that is not there.", name=name
            )
        if reasons:
            return wrong(
                "{name} asks for {image}, and its container waits: {reason}.",
                name=name,
                image=image,
                reason=reasons[0],
            )
        if not found.get("status", {}).get("readyReplicas"):
            return wrong("No pod of pipy is ready in {name}. Has it a replica?", name=name)
    return right("Every member runs pipy, and nothing waits anywhere.")


def _image(deployment: Object) -> str:
    image: str = deployment["spec"]["template"]["spec"]["containers"][0]["image"]
    return image


def _waiting(lab: Lab, cluster: str) -> list[str]:
    """Why containers of pipy wait in a member, except for those that are only being made."""
    pods = [pod for pod in lab.list("pods", cluster=cluster) if _labels(pod).get("app") == "pipy"]
    states = [
        c.get("state", {}) for pod in pods for c in pod.get("status", {}).get("containerStatuses") or ()
    ]
    reasons = [state["waiting"].get("reason", "") for state in states if "waiting" in state]
    return [reason for reason in reasons if reason not in ("", "ContainerCreating")]


def _labels(pod: Object) -> Mapping[str, str]:
    return pod["metadata"].get("labels") or {}


EXERCISES: Final[dict[str, Exercise]] = {
    "observe_ill": Exercise(
        judge_ill,
        (
            "Sums hide it. Ask for the pods of all members, and look for one that is not Running.",
            "The function ill of this lesson gives the reasons by member.",
        ),
        '((cluster, reasons),) = ill().items()\nanswer = {"cluster": cluster, "reason": reasons[0]}',
    ),
    "observe_mend": Exercise(
        judge_mend,
        (
            "The template has a good image. What changes it on its way to one member?",
            "Without override policy the member returns to the template.",
        ),
        "%kmd delete overridepolicy pipy-registry",
    ),
}
