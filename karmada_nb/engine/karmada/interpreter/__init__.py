"""What Karmada understands of the objects it propagates.

``default(edition)`` answers with Karmada's own rules: ``native`` ones for the kinds of Kubernetes,
``third_party`` ones for others. ``Chain`` puts a user's in front of it: ``declarative`` ones in Lua, and
``webhook`` ones. ``get`` names who answers for one kind. All of it is pure: no I/O, no clock, inputs never
changed.
"""

from karmada_nb.engine.karmada.interpreter.base import (
    Handlers,
    Interpreter,
    InterpreterError,
    Items,
    Operation,
)
from karmada_nb.engine.karmada.interpreter.chain import Chain
from karmada_nb.engine.karmada.interpreter.default import default
from karmada_nb.engine.karmada.interpreter.native import NativeInterpreter, get, native
from karmada_nb.engine.karmada.interpreter.prune import remove_irrelevant_fields, remove_job_ttl_seconds

__all__ = [
    "Chain",
    "Handlers",
    "Interpreter",
    "InterpreterError",
    "Items",
    "NativeInterpreter",
    "Operation",
    "default",
    "get",
    "native",
    "remove_irrelevant_fields",
    "remove_job_ttl_seconds",
]
