"""Where a lab lives."""

import os
from pathlib import Path


def default_state_dir() -> Path:
    """``KARMADA_NB_STATE``, or the user's own state folder."""
    said = os.environ.get("KARMADA_NB_STATE")
    if said:
        return Path(said).expanduser().absolute()
    import platformdirs

    return platformdirs.user_state_path("karmada-nb") / "lab"
