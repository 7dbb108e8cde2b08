"""Exercises about overrides: override_tag, override_command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from karmada_nb.chain import KARMADA
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.manifests import Object

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

_KINDS: Final = ("overridepolicies.policy.karmada.io", "clusteroverridepolicies.policy.karmada.io")


def judge_tag(lab: Lab) -> Finding:
    """pipy with the tag latest in every member but the first, by an override."""
    first, *others = lab.members()
    template = lab.get("deployments/pipy")
    if template is None:
        return not_attempted("pipy is not there; run the cells above.")
    wanted = _container(template)["image"]
    if wanted.endswith(":latest"):
        return wrong("The template itself has the tag now, so every member follows. Put back its image.")
    images = {
        name: _container(obj)["image"]
        for name in lab.members()
        if (obj := lab.get("deployments/pipy", cluster=name)) is not None
    }
    changed = {name: image for name, image in images.items() if image != wanted}
    if not _policies(lab, "pipy"):
        if changed:
            return wrong(
                "{names} has another image, and no override policy selects pipy: Karmada will put it back.",
                names=", ".join(changed),
            )
        return not_attempted("No override policy selects pipy yet.")
    if not changed:
        return wrong(
            "An override policy selects pipy, and no member's image differs from {image}. Does a rule have "
            "an imageOverrider, and do its clusters exist?",
            image=wanted,
        )
    if first in changed:
        if all(_targets(lab, "pipy")):
            return wrong("{name} has it too: your targetCluster does not leave it out.", name=first)
        return wrong("{name} has it too. A rule without targetCluster is for every cluster.", name=first)
    strange = next((image for image in changed.values() if image != f"{wanted}:latest"), None)
    if strange is not None:
        return wrong(
            "The image is now {image}. What stands behind the colon is the component Tag; Repository is "
            "the name before it, Registry the host.",
            image=strange,
        )
    missing = [name for name in others if name in images and name not in changed]
    if missing:
        return wrong("{names} still has {image}.", names=", ".join(missing), image=wanted)
    if not _excludes(lab, "pipy", first):
        return wrong(
            "Right for today; who joins tomorrow is not in your list. Name the one left out, by exclude."
        )
    return right("All but {name} run the tag, and whoever joins will too.", name=first)


def judge_command(lab: Lab) -> Finding:
    """curl sleeps 30d in the last member, by an override of its command."""
    last = lab.members()[-1]
    template, found = lab.get("deployments/curl"), lab.get("deployments/curl", cluster=last)
    if template is None or found is None:
        return not_attempted("curl is not in {name}; run the cells above.", name=last)
    asked, command = _container(template)["command"], _container(found)["command"]
    if asked != ["sleep", "365d"]:
        return wrong(
            "The template says {command} now, and every cluster would follow. Put back sleep 365d.",
            command=" ".join(asked),
        )
    policies = _policies(lab, "curl")
    if not policies:
        if command != asked:
            return wrong(
                "The command in {name} was changed by hand: Karmada will put it back. Override it instead.",
                name=last,
            )
        return not_attempted("No override policy selects curl yet.")
    if command == ["sleep", "30d"]:
        return right("{name} sleeps 30d, and the template keeps its 365d.", name=last)
    if command == asked:
        return wrong(
            "A policy selects curl and changes nothing in {name}. The rule is for the container called "
            "curl; an operator other than add and remove is passed over.",
            name=last,
        )
    if command == [*asked, "30d"]:
        return wrong("The command is now sleep 365d 30d: add appends. Remove 365d as well.")
    if command == ["sleep"]:
        return wrong("365d is gone, and nothing came in its place: remove, then add.")
    return wrong("The command in {name} is now: {command}", name=last, command=" ".join(command))


def _container(deployment: Object) -> Object:
    container: Object = deployment["spec"]["template"]["spec"]["containers"][0]
    return container


def _policies(lab: Lab, name: str) -> list[Object]:
    """The override policies that select a Deployment of this name, or all."""
    found = (policy for kind in _KINDS for policy in lab.connect(KARMADA).list(kind))
    return [policy for policy in found if _selects(policy["spec"].get("resourceSelectors"), name)]


def _selects(selectors: list[Mapping[str, str]] | None, name: str) -> bool:
    if not selectors:
        return True
    return any(s.get("kind") == "Deployment" and s.get("name", name) in ("", name) for s in selectors)


def _excludes(lab: Lab, name: str, cluster: str) -> bool:
    """Whether the rules that change the image name a cluster that they are not for."""
    return any(
        cluster in (target.get("exclude") or ()) or target.get("labelSelector")
        for target in _targets(lab, name)
    )


def _targets(lab: Lab, name: str) -> list[Object]:
    """For which clusters each rule is; empty for one that is for all."""
    rules = (rule for policy in _policies(lab, name) for rule in policy["spec"].get("overrideRules") or ())
    return [rule.get("targetCluster") or {} for rule in rules]


_TAG: Final = """\
%%kmd apply -f -
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata:
  name: pipy-tag
spec:
  resourceSelectors:
    - apiVersion: apps/v1
      kind: Deployment
      name: pipy
  overrideRules:
    - targetCluster:
        exclude:
          - k3d-cluster-1
      overriders:
        imageOverrider:
          - component: Tag
            operator: add
            value: latest"""
_COMMAND: Final = """\
%%kmd apply -f -
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata:
  name: curl-sleep
spec:
  resourceSelectors:
    - apiVersion: apps/v1
      kind: Deployment
      name: curl
  overrideRules:
    - targetCluster:
        clusterNames:
          - k3d-cluster-3
      overriders:
        commandOverrider:
          - containerName: curl
            operator: remove
            value:
              - 365d
          - containerName: curl
            operator: add
            value:
              - 30d"""

EXERCISES: Final[dict[str, Exercise]] = {
    "override_tag": Exercise(
        judge_tag,
        (
            "The components of an image are Registry, Repository and Tag.",
            "A rule for all clusters but one has targetCluster with exclude.",
            "imageOverrider takes a list: component Tag, operator add, value latest.",
        ),
        _TAG,
    ),
    "override_command": Exercise(
        judge_command,
        (
            "commandOverrider takes a list of containerName, operator and value, which is a list of words.",
            "add appends at the end, remove takes out equal words: to replace one takes both.",
        ),
        _COMMAND,
    ),
}
