"""A user's own rules, written in Lua: ResourceInterpreterCustomizations.

``ConfigurableInterpreter`` answers by them; ``compile_complaint`` tells whether a script is Lua at all.
"""

from karmada_nb.engine.karmada.interpreter.declarative.interpreter import ConfigurableInterpreter
from karmada_nb.engine.karmada.interpreter.declarative.vm import compile_complaint

__all__ = ["ConfigurableInterpreter", "compile_complaint"]
