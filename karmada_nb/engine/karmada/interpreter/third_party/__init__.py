"""Rules for the kinds of well-known projects that build on Kubernetes.

The decisions are those of the ``resourcecustomizations`` of pkg/resourceinterpreter/default, which Karmada
takes in scripts of Lua; here they are functions.
"""

from typing import Final

from karmada_nb.engine.karmada.interpreter.base import Registry

THIRD_PARTY: Final[Registry] = {}
