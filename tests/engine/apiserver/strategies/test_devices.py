"""What may change in claims of devices, and what new devices are given.

Objects with one thing wrong are in ``test_answers``.
"""

from __future__ import annotations

from karmada_nb.engine.apiserver.strategies import strategy_for
from tests.engine.apiserver.strategies.devices import RIGHT


def test_what_is_claimed_does_not_change() -> None:
    strategy = strategy_for("resource.k8s.io", "ResourceClaim")
    old = strategy.default({"metadata": {"name": "c"}, **RIGHT["resource.k8s.io/ResourceClaim"]})
    devices = {"requests": [{"name": "b", "exactly": {"deviceClassName": "c"}}]}
    (cause,) = strategy.validate_update(strategy.default({**old, "spec": {"devices": devices}}), old)
    assert (cause.field, cause.message) == (
        "spec",
        'Invalid value: {"Devices":{"Requests":[{"Name":"b","Exactly":{"DeviceClassName":"c",'
        '"Selectors":null,"AllocationMode":"ExactCount","Count":1,"AdminAccess":null,"Tolerations":null,'
        '"Capacity":null},"FirstAvailable":null}],"Constraints":null,"Config":null}}: field is immutable',
    )
