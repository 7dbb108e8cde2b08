"""Getting an image onto a node: at once, after a while, or not at all.

Follows pkg/kubelet/images/image_manager.go for reasons, messages and back-off.
"""

from __future__ import annotations

from dataclasses import replace

from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.faults import Faults
from karmada_nb.engine.nodes.kubelet.state import Container, Phase, pull_backoff
from karmada_nb.engine.nodes.kubelet.status import reference

SHOWN_SECONDS = 2.0
"""How long ErrImagePull is to be seen before it becomes ImagePullBackOff."""

Notice = tuple[str, str, str]
"""An event: type, reason, message."""


def pull(
    container: Object, state: Container, present: bool, faults: Faults, now: float
) -> tuple[Container, list[Notice]]:
    """The next step of getting ``container``'s image; the state says ``pulled`` once it is there."""
    image = container.get("image", "")
    policy = container.get("imagePullPolicy", "IfNotPresent")
    if policy == "Never" and not present and not faults.pulls(image):
        text = f'Container image "{image}" is not present with pull policy of Never'
        held = replace(state, reason="ErrImageNeverPull", message=text, retry=now + pull_backoff(1))
        return held, [
            ("Warning", "ErrImageNeverPull", text),
            ("Warning", "Failed", "Error: ErrImageNeverPull"),
        ]
    if policy != "Always" and present:
        text = f'Container image "{image}" already present on machine and can be accessed by the pod'
        return replace(state, pulled=True), [("Normal", "Pulled", text)]
    if not faults.pulls(image):
        return _failed(image, state, now)
    if faults.pull_seconds and state.reason != "Pulling":
        held = replace(state, reason="Pulling", message="", retry=now + faults.pull_seconds)
        return held, [("Normal", "Pulling", f'Pulling image "{image}"')]
    took = f"{faults.pull_seconds:g}s" if faults.pull_seconds else "1ms"
    done = f'Successfully pulled image "{image}" in {took} ({took} including waiting).'
    notices = [] if state.reason == "Pulling" else [("Normal", "Pulling", f'Pulling image "{image}"')]
    return replace(state, pulled=True, failures=0), [*notices, ("Normal", "Pulled", done)]


def _failed(image: str, state: Container, now: float) -> tuple[Container, list[Notice]]:
    full = reference(image)
    why = (
        f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": '
        "pull access denied, repository does not exist or may require authorization: "
        "server message: insufficient_scope: authorization failed"
    )
    if state.reason == "ErrImagePull":
        wait = max(0.0, pull_backoff(state.failures) - SHOWN_SECONDS)
        text = f'Back-off pulling image "{image}": ErrImagePull: {why}'
        held = replace(state, reason="ImagePullBackOff", message=text, retry=now + wait)
        return held, [
            ("Normal", "BackOff", f'Back-off pulling image "{image}"'),
            ("Warning", "Failed", "Error: ImagePullBackOff"),
        ]
    held = replace(
        state,
        phase=Phase.WAITING,
        reason="ErrImagePull",
        message=why,
        failures=state.failures + 1,
        retry=now + SHOWN_SECONDS,
    )
    return held, [
        ("Normal", "Pulling", f'Pulling image "{image}"'),
        ("Warning", "Failed", f'Failed to pull image "{image}": {why}'),
        ("Warning", "Failed", "Error: ErrImagePull"),
    ]
