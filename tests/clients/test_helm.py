"""Helm 4 itself, as a library: a chart installed, waited for, upgraded, rolled back, tested and taken away.

The wheel is large, so it is not among what tests install: ``pip install helm-python-sdk`` to run this.
"""

from pathlib import Path
from typing import Any

import pytest

helm = pytest.importorskip("helm_python", reason="pip install helm-python-sdk to run Helm itself")


@pytest.fixture
def release(kubeconfig: Path, namespace: str) -> Any:
    with helm.Config(kubeconfig_path=str(kubeconfig), namespace=namespace) as config:
        yield config


def test_helm_release(release: Any, tmp_path: Path) -> None:
    helm.Chart.create("web", str(tmp_path))
    chart = str(tmp_path / "web")
    assert (
        release.install(chart, "demo", {"replicaCount": 2}, wait="watcher", timeout=60)["status"]
        == "deployed"
    )
    release.upgrade(chart, "demo", {"replicaCount": 3}, wait="watcher", timeout=60)
    assert release.test("demo")["release"]["status"] == "deployed"
    release.rollback("demo")
    assert [entry["revision"] for entry in release.history("demo")] == [1, 2, 3]
    release.uninstall("demo")
    assert release.list() == []
