"""The Common Expression Language, as far as ``x-kubernetes-validations`` needs it."""

from karmada_nb.engine.apiserver.crd.cel.functions import CelError
from karmada_nb.engine.apiserver.crd.cel.parser import CelSyntaxError, Expression, compile_text

__all__ = ["CelError", "CelSyntaxError", "Expression", "compile_text"]
