"""Bodies in JSON, YAML and protobuf, and the words for those that are none."""

import json
from typing import Any

import pytest

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.http import actions, body, protobuf_body
from karmada_nb.engine.apiserver.http.negotiation import JSON, YAML
from karmada_nb.engine.errors import StatusError

CREATED_BY_KUBECTL = bytes.fromhex(
    "6b3873000a0f0a02763112094e616d657370616365121b0a130a03666f6f12001a0022002a00320038004200"
    "12001a020a001a002200"
)
"""The body of ``kubectl create namespace foo``, kubectl v1.37.1."""


def test_protobuf_of_kubectl() -> None:
    found = protobuf_body.read(CREATED_BY_KUBECTL)
    assert (found["kind"], found["apiVersion"], found["metadata"]["name"]) == ("Namespace", "v1", "foo")
    assert found["metadata"]["creationTimestamp"] is None


def _field(number: int, data: bytes | int) -> bytes:
    if isinstance(data, int):
        return bytes([number << 3, data])
    return bytes([number << 3 | 2, len(data)]) + data


def test_protobuf_of_maps_lists_and_special_types() -> None:
    """Field numbers of k8s.io/api core/v1 generated.proto."""
    port = _field(1, b"web") + _field(3, 80) + _field(4, _field(1, 1) + _field(3, b"http"))
    spec = _field(1, port) + _field(2, _field(1, b"app") + _field(2, b"web"))
    metadata = _field(1, b"s") + _field(8, _field(1, 5))
    service = _field(1, metadata) + _field(2, spec)
    typed = _field(1, b"v1") + _field(2, b"Service")
    assert protobuf_body.read(b"k8s\x00" + _field(1, typed) + _field(2, service)) == {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": {"name": "s", "creationTimestamp": "1970-01-01T00:00:05Z"},
        "spec": {
            "ports": [{"name": "web", "port": 80, "targetPort": "http"}],
            "selector": {"app": "web"},
        },
    }


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"k8s\x00", b"k8s\x00\x0a\xff", b"k8s\x00" + _field(1, _field(2, b"Nothing"))]
)
def test_broken_protobuf_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        protobuf_body.read(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unexpected end of JSON input"),
        ('{"a": ', "unexpected end of JSON input"),
        ("{a", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 2', "invalid character '2' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ("no json", "invalid character 'o' in literal null (expecting 'u')"),
        ("{}}", "invalid character '}' after top-level value"),
        ("-x", "invalid character 'x' in numeric literal"),
        ('"\n"', "invalid character '\\n' in string literal"),
    ],
)
def test_go_names_what_is_wrong_with_json(text: str, message: str) -> None:
    """Texts of Go's encoding/json scanner."""
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    assert golang.json_error(text.encode()) == message


@pytest.mark.parametrize(
    ("text", "number"), [("7", True), ("", False), ("-7", False), ("7 ", False), ("²", False), ("٣", False)]
)
def test_digits_of_other_alphabets_are_no_number_to_go(text: str, number: bool) -> None:
    assert golang.is_number(text) is number
    if not number and text != "-7":
        with pytest.raises(ValueError, match=f'strconv.ParseInt: parsing "{text}": invalid syntax'):
            golang.parse_int(text)


@pytest.mark.parametrize(
    ("value", "wanted", "place", "message"),
    [
        ([], "T", "", "array into Go value of type T"),
        (1.5, "int32", "S.n", "number 1.5 into Go struct field S.n of type int32"),
        (1.5, "string", "S.n", "number into Go struct field S.n of type string"),
        (True, "int32", "S.n", "bool into Go struct field S.n of type int32"),
    ],
)
def test_go_names_what_does_not_fit(value: Any, wanted: str, place: str, message: str) -> None:
    """A number is spelt out where an integer was wanted: ``literalStore`` in Go's encoding/json."""
    assert golang.cannot_unmarshal(value, wanted, place) == f"json: cannot unmarshal {message}"


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1_500_000_000, "1.5s"),
        (100_000_000, "100ms"),
        (3_600 * 10**9, "1h0m0s"),
        (90 * 10**9, "1m30s"),
    ],
)
def test_go_durations(nanoseconds: int, text: str) -> None:
    assert golang.duration(nanoseconds) == text


def test_yaml_keeps_dates_as_text_and_keys_as_text() -> None:
    data = b"metadata: {name: a}\ndata: {on: 2024-01-01, 2: x}\n"
    assert body.parse(data, YAML, "ConfigMap")["data"] == {"true": "2024-01-01", "2": "x"}


def test_what_is_no_object_is_named_with_its_beginning() -> None:
    with pytest.raises(StatusError, match=r"must be of type ConfigMap.*cannot unmarshal array.*\(5b315d\)"):
        body.parse(b"[1]", JSON, "ConfigMap")


def test_what_acts_on_a_pod_is_read_by_its_type() -> None:
    with pytest.raises(StatusError) as refused:
        actions.typed({"target": True}, "", "v1", "Binding")
    assert refused.value.code == 400
    assert refused.value.message.endswith(
        "json: cannot unmarshal bool into Go struct field Binding.target of type v1.ObjectReference"
    )
