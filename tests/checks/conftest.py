"""Judge once: what these tests change has arrived when they ask, or they wait for it."""

import pytest

from karmada_nb.checks import verdict


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "PATIENCE", {})
