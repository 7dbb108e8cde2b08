"""A namespace's quota over all clusters, and a binding that the scheduler has just placed."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.admission.quota_enforcement import enforce_quotas


def binding(*replicas: int) -> dict[str, Any]:
    return {
        "metadata": {"name": "nginx-deployment", "namespace": "default"},
        "spec": {
            "clusters": [{"name": f"member{i}", "replicas": n} for i, n in enumerate(replicas, 1)],
            "replicaRequirements": {"resourceRequest": {"cpu": "500m", "memory": "1Gi"}},
        },
    }


def quota(used: dict[str, str] | None = None, **overall: str) -> dict[str, Any]:
    status = {"overallUsed": used} if used else {}
    return {
        "metadata": {"name": "all", "namespace": "default"},
        "spec": {"overall": overall},
        "status": status,
    }


def test_what_is_placed_is_counted() -> None:
    (found,) = enforce_quotas(binding(2, 1), None, [quota(cpu="2", memory="4Gi")])
    assert found["status"]["overallUsed"] == {"cpu": "1500m", "memory": "3Gi"}


def test_only_the_difference_is_counted() -> None:
    before = quota({"cpu": "1"}, cpu="2")
    (found,) = enforce_quotas(binding(3), binding(2), [before])
    assert found["status"]["overallUsed"] == {"cpu": "1500m"}


def test_too_much_is_refused() -> None:
    with pytest.raises(StatusError) as refusal:
        enforce_quotas(binding(3), None, [quota(cpu="1")])
    assert (refusal.value.code, refusal.value.reason) == (403, "QuotaExceeded")
    assert (
        "FederatedResourceQuota(default/all) exceeded for resource cpu: requested sum 1500m, limit 1."
        in refusal.value.message
    )


def test_an_unplaced_binding_is_let_in() -> None:
    assert enforce_quotas(binding(), None, [quota(cpu="0")]) == []
