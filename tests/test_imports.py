"""What a process loads, asked of a fresh interpreter; and that everything imported is asked for."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

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


def imports(folder: str) -> set[str]:
    """The top-level modules that the files of a folder import, wherever in them."""
    found, own = set(), {path.stem for path in (ROOT / folder).rglob("*.py")}
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - own - {"karmada_nb", "tests", "benchmarks", "tools"}


def declared(*extras: str) -> set[str]:
    """The distributions that pyproject.toml asks for, and those that these ask for themselves."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(r for e in extras for r in project["optional-dependencies"][e])]
    names = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in wanted}
    for name in list(names):
        names |= {
            re.split(r"[^\w.-]", said)[0].lower()
            for said in metadata.requires(name) or ()
            if "extra ==" not in said
        }
    return {name.replace("_", "-") for name in names}


@pytest.mark.parametrize(("folder", "extras"), [("karmada_nb", ()), ("benchmarks", ()), ("tests", ("test",))])
def test_every_library_that_is_imported_is_asked_for(folder: str, extras: tuple[str, ...]) -> None:
    homes = metadata.packages_distributions()
    asked = declared(*extras)
    for module in imports(folder):
        dists = {name.lower().replace("_", "-") for name in homes.get(module, ())}
        assert dists & asked, f"{module} ({', '.join(dists) or 'not installed'})"
