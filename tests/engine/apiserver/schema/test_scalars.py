"""Values with readers of their own; expected are the rules of Go's time and encoding packages."""

from __future__ import annotations

import pytest

from karmada_nb.engine.apiserver.schema import scalars
from karmada_nb.engine.apiserver.schema.scalars import Mismatch, Refused


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("30s", "30s"),
        ("90s", "1m30s"),
        ("1h", "1h0m0s"),
        ("1.5h", "1h30m0s"),
        ("-2m", "-2m0s"),
        ("1h15m30.918273645s", "1h15m30.918273645s"),
        ("1500us", "1.5ms"),
        ("0", "0s"),
    ],
)
def test_durations_are_written_as_go_writes_them(given: str, written: str) -> None:
    assert scalars.duration(given) == written


def test_a_bad_duration_is_refused() -> None:
    with pytest.raises(Refused, match='time: invalid duration "soon"'):
        scalars.duration("soon")


@pytest.mark.parametrize("good", ["", "YQ==", "YWI=", "YWJj", "aGVsbG8gd29ybGQ="])
def test_base64_stays_as_it_is(good: str) -> None:
    assert scalars.octets(good) is good


def test_line_breaks_in_base64_are_left_out() -> None:
    assert scalars.octets("YW\nJj\r\n") == "YWJj"


@pytest.mark.parametrize(("bad", "place"), [("!!!!", 0), ("YQ=", 3), ("YWJjYQ", 4), ("YW-j", 2)])
def test_bad_base64_is_refused_with_its_place(bad: str, place: int) -> None:
    with pytest.raises(Refused, match=f"illegal base64 data at input byte {place}$"):
        scalars.octets(bad)


def test_whole_numbers_keep_within_their_type() -> None:
    assert scalars.integer(2**31 - 1, "int32") == 2**31 - 1
    with pytest.raises(Mismatch) as refusal:
        scalars.integer(2**31, "int32")
    assert (refusal.value.found, refusal.value.wanted) == ("number 2147483648", "int32")
    with pytest.raises(Mismatch) as refusal:
        scalars.integer(True, "int32")
    assert refusal.value.found == "bool"


def test_a_number_or_a_text() -> None:
    assert scalars.int_or_string("25%") == "25%"
    assert scalars.int_or_string(8080) == 8080
    with pytest.raises(Mismatch):
        scalars.int_or_string(1.5)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("1KK", "unable to parse quantity's suffix"),
        ("lots", "quantities must match"),
        ("", "quantities must match"),
        ("٣", "quantities must match"),
    ],
)
def test_bad_quantities_are_refused_as_upstream_refuses_them(bad: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        scalars.quantity(bad)


def test_micro_times_have_six_digits() -> None:
    assert scalars.micro_time("2024-05-06T07:08:09.123456+02:00") == "2024-05-06T05:08:09.123456Z"
    with pytest.raises(Refused, match=r'cannot parse "Z" as ".000000"'):
        scalars.micro_time("2024-05-06T07:08:09Z")
