"""What Karmada knows by itself: the rules for the kinds of Kubernetes and for those of well-known projects.

Follows pkg/resourceinterpreter/default. The two have no kind in common, so they are one table.
"""

from __future__ import annotations

from functools import cache

from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.interpreter.native import NATIVE, NativeInterpreter, native
from karmada_nb.engine.karmada.interpreter.third_party import THIRD_PARTY


@cache
def default(edition: Edition = CURRENT) -> NativeInterpreter:
    """The interpreter that is asked last, one for all. v1.2 knew the kinds of Kubernetes only."""
    return NativeInterpreter({**THIRD_PARTY, **NATIVE}) if edition == CURRENT else native(edition)
