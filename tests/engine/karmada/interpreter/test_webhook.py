"""What a webhook answered, read as Karmada's types.

The complaints are those of Karmada's own decoder, given the same answers.
"""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.karmada.interpreter.webhook.context import BadAnswer, check_types

RESPONSE = "ResourceInterpreterResponse.response"


@pytest.mark.parametrize(
    ("response", "found", "place", "wanted"),
    [
        ("a", "string", "ResourceInterpreterContext.response", "v1alpha1.ResourceInterpreterResponse"),
        ({"replicas": "3"}, "string", f"{RESPONSE}.replicas", "int32"),
        ({"replicas": 2**31}, "number 2147483648", f"{RESPONSE}.replicas", "int32"),
        ({"healthy": "true"}, "string", f"{RESPONSE}.healthy", "bool"),
        ({"status": {"code": "4"}}, "string", "RequestStatus.response.status.code", "int32"),
        ({"status": "no"}, "string", f"{RESPONSE}.status", "v1alpha1.RequestStatus"),
        ({"components": {}}, "object", f"{RESPONSE}.components", "[]v1alpha2.Component"),
        (
            {"dependencies": ["a"]},
            "string",
            f"{RESPONSE}.dependencies",
            "v1alpha1.DependentObjectReference",
        ),
        ({"patch": 5}, "number", f"{RESPONSE}.patch", "[]uint8"),
        ({"uid": 3}, "number", f"{RESPONSE}.uid", "types.UID"),
        ({"patchType": 1}, "number", f"{RESPONSE}.patchType", "v1alpha1.PatchType"),
    ],
)
def test_an_answer_of_another_type_is_no_answer(response: Any, found: str, place: str, wanted: str) -> None:
    with pytest.raises(BadAnswer) as raised:
        check_types({"response": response})
    said = f"json: cannot unmarshal {found} into Go struct field {place} of type {wanted}"
    assert str(raised.value) == said


def test_an_answer_of_the_right_types_passes() -> None:
    check_types({"response": {"uid": "a", "successful": True, "replicas": 2, "patch": None}})
    check_types({"response": {"rawStatus": "anything", "components": [{}]}})
    check_types({})
