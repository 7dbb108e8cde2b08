"""ClusterTaintPolicy. Follows pkg/webhook/clustertaintpolicy/validating.go."""

from __future__ import annotations

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object, dig

_NO_EXECUTE = (
    "Configuring taint with NoExecute effect is not allowed, this capability must be explicitly enabled by "
    "administrators through command-line flags"
)


def validate_cluster_taint_policy(policy: Object, *, allow_no_execute: bool) -> list[Cause]:
    """``allow_no_execute`` is the webhook's flag --allow-no-execute-taint-policy."""
    out: list[Cause] = []
    taints = dig(policy, "spec", "taints", default=[])
    identities = [(taint.get("key", ""), taint.get("effect", "")) for taint in taints]
    for index, (key, effect) in enumerate(identities):
        where = f"spec.taints[{index}]"
        if effect == "NoExecute" and not allow_no_execute:
            out.append(field.forbidden(where, _NO_EXECUTE))
        if (key, effect) in identities[index + 1 :]:
            value = f"Duplicate taint with the same key({key}) and effect({effect}) is not allowed"
            out.append(field.duplicate(where, value))
    return out
