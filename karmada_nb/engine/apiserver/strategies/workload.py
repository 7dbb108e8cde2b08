"""What the kinds that run pods from a template have in common.

Follows the strategies in pkg/registry/apps and pkg/apis/apps/v1/defaults.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.resource import ScaleSubresource
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import complete, fill, within
from karmada_nb.engine.apiserver.warnings.workloads import of_workload
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

REPLICAS: Final = ScaleSubresource(("spec", "replicas"), ("status", "replicas"), ("spec", "selector"))


class Workload(StatusBuiltin):
    """A kind that is all in its spec: an update that leaves the spec alone has nothing to be looked at."""

    def validate_spec(self, spec: Object, old: Object | None) -> list[Cause]:
        """What is wrong with a spec; ``old`` is the stored one, which was valid, if there is one."""
        raise NotImplementedError

    def validate(self, obj: Object) -> list[Cause]:
        return self.validate_spec(obj.get("spec") or {}, None)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        return [] if spec is before else self.validate_spec(spec, before)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_workload(obj, old)


def default_rolling(strategy: Object, defaults: Mapping[str, Any]) -> Object:
    """An update strategy: rolling unless another type is said, and how it rolls."""
    strategy = fill(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    return within(
        fill(strategy, {"rollingUpdate": {}}), "rollingUpdate", lambda rolling: complete(rolling, defaults)
    )
