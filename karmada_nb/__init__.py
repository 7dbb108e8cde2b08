"""Learn Karmada in notebooks: ``from karmada_nb import Lab, check`` and ``%load_ext karmada_nb``.

The names are imported when they are asked for: the engine's process, which needs none, stays small.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from karmada_nb.checks import check, compare
    from karmada_nb.drills import drill
    from karmada_nb.failures import LabError
    from karmada_nb.lab import EDITIONS, Lab
    from karmada_nb.learning import progress

__all__ = ["EDITIONS", "Lab", "LabError", "check", "compare", "drill", "progress"]

_HOMES: Final = {
    "EDITIONS": "karmada_nb.lab",
    "Lab": "karmada_nb.lab",
    "LabError": "karmada_nb.failures",
    "check": "karmada_nb.checks",
    "compare": "karmada_nb.checks",
    "drill": "karmada_nb.drills",
    "progress": "karmada_nb.learning",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext karmada_nb``: the magics %kmd, %k0, %k1 ... %karmadactl and %kubectl."""
    from karmada_nb.kubectl import register

    register(shell)
