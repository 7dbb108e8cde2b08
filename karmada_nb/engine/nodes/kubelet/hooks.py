"""Lifecycle hooks. Follows pkg/kubelet/lifecycle/handlers.go."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.images.process import PodNetwork
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet import probes
from karmada_nb.engine.nodes.kubelet.probes import Executor
from karmada_nb.engine.runtime.clock import Clock

_LONG: Final = 3600
"""Seconds that a ``postStart`` hook may take."""


async def before_stop(
    container: Object, executor: Executor, network: PodNetwork, clock: Clock, grace: float
) -> None:
    """Run ``preStop``, for no longer than the grace period. Its failure changes nothing."""
    hook = container["lifecycle"]["preStop"]
    if "sleep" in hook:
        await clock.sleep(min(float(hook["sleep"]["seconds"]), grace))
        return
    await probes.check({**hook, "timeoutSeconds": grace}, container, executor, network, clock)


async def after_start(container: Object, executor: Executor, network: PodNetwork, clock: Clock) -> str | None:
    """Run ``postStart``; None, or why it failed."""
    hook = container["lifecycle"]["postStart"]
    if "sleep" in hook:
        await clock.sleep(float(hook["sleep"]["seconds"]))
        return None
    return await probes.check({**hook, "timeoutSeconds": _LONG}, container, executor, network, clock)
