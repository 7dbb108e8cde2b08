"""Selectors that Karmada cannot read take nothing."""

from __future__ import annotations

import pytest

from karmada_nb.engine.karmada.policy.match import ImplicitPriority, resource_selector_priority
from karmada_nb.engine.meta import Object

DEPLOYMENT: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"namespace": "default", "name": "pipy", "labels": {"app": "pipy"}},
}


@pytest.mark.parametrize(
    ("label_selector", "expected"),
    [
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, "MATCH_LABEL_SELECTOR"),
        ({"matchExpressions": [{"operator": "DoesNotExist"}]}, "MISMATCH"),
        ({"matchExpressions": [{"key": "", "operator": "NotIn", "values": ["x"]}]}, "MISMATCH"),
    ],
)
def test_an_expression_without_a_key_matches_nothing(label_selector: Object, expected: str) -> None:
    """``metav1.LabelSelectorAsSelector`` fails on it, whatever the operator."""
    selector = {"apiVersion": "apps/v1", "kind": "Deployment", "labelSelector": label_selector}
    assert resource_selector_priority(DEPLOYMENT, selector) is ImplicitPriority[expected]
