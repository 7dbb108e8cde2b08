"""Learn Karmada in notebooks: ``from karmada_nb import Lab, check`` and ``%load_ext karmada_nb``.

The names are loaded when they are first used: the engine's process, which also imports this package, must
not pay for pandas, matplotlib and the kubernetes client.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from karmada_nb.checks import check
    from karmada_nb.failures import LabError
    from karmada_nb.lab import EDITIONS, Lab

__all__ = ["EDITIONS", "Lab", "LabError", "check"]
_HOMES = {"EDITIONS": "lab", "Lab": "lab", "LabError": "failures", "check": "checks"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext karmada_nb``: the magics %kmd, %k0, %k1 ... %karmadactl and %kubectl."""
    from karmada_nb.kubectl import register

    register(shell)
