"""The one failure of overriding."""

from __future__ import annotations


class OverrideError(Exception):
    """A policy cannot be applied to the object; the text says why, as Karmada's logs do."""
