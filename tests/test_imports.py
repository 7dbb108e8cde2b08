"""What a process loads, asked of a fresh interpreter."""

import subprocess
import sys

import pytest

HEAVY = {"IPython", "ipywidgets", "jupyterlab", "kubernetes", "matplotlib", "numpy", "pandas", "papermill"}


def loaded(code: str) -> set[str]:
    """The modules that an interpreter has after running ``code``."""
    ask = f"{code}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    ["karmada_nb.engine.server", "karmada_nb.karmadactl", "karmada_nb.cli", "karmada_nb.backends.embedded"],
)
def test_loads_no_library_of_notebooks(module: str) -> None:
    assert not loaded(f"import {module}") & HEAVY


def test_the_engine_loads_no_notebook_face() -> None:
    assert "karmada_nb.lab" not in loaded("import karmada_nb.engine.server")


def test_a_notebook_loads_no_client_and_no_engine_until_a_cell_needs_them() -> None:
    found = loaded("from karmada_nb import Lab, check")
    assert not found & (HEAVY | {"aiohttp", "tqdm", "karmada_nb.engine.federation"})
