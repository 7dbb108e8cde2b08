"""What the package offers, pinned; and what importing it costs."""

import inspect
import subprocess
import sys

import karmada_nb
from karmada_nb import Lab

METHODS = """
apply at attach chart_distribution chart_history chart_objects chart_requests close_widgets
cluster_names clusters connect current deinit delete distribution distribution_widget edition events
exec get init installed join joined karmadactl kubeconfig kubeconfigs list magics members objects
open own_names record request reset start stop unjoin wait
"""
HEAVY = ("pandas", "matplotlib", "kubernetes", "IPython", "ipywidgets", "tqdm", "aiohttp")


def test_the_names_of_the_package() -> None:
    assert karmada_nb.__all__ == ["EDITIONS", "Lab", "LabError", "check"]
    assert all(getattr(karmada_nb, name) is not None for name in karmada_nb.__all__)


def test_the_names_of_a_lab_are_documented() -> None:
    found = {name: value for name, value in inspect.getmembers(Lab) if not name.startswith("_")}
    assert sorted(found) == sorted(METHODS.split())
    assert [name for name, value in found.items() if not inspect.getdoc(value)] == []


def test_importing_is_cheap() -> None:
    code = f"import sys; from karmada_nb import Lab, check; print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_engine_loads_no_notebook_face() -> None:
    code = "import sys, karmada_nb; print('karmada_nb.lab' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
