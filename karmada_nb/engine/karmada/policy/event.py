"""What a decision asks to be told: the three parts of a Kubernetes Event that it knows."""

from __future__ import annotations

from typing import NamedTuple


class Event(NamedTuple):
    """``type`` is Normal or Warning, ``reason`` the short word, ``message`` the sentence."""

    type: str
    reason: str
    message: str
