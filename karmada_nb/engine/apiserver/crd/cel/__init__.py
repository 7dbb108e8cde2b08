"""The Common Expression Language, as far as ``x-kubernetes-validations`` needs it."""

from karmada_nb.engine.apiserver.crd.cel.parser import CelSyntaxError, Expression, compile_text
from karmada_nb.engine.apiserver.crd.cel.values import CelError

__all__ = ["CelError", "CelSyntaxError", "Expression", "compile_text"]
