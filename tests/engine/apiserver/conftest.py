"""A cluster whose API server asks webhooks, and a server that answers them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from karmada_nb.engine.cluster import Cluster
from tests.engine.apiserver.admission.hooks import Hooks, cluster, hooks


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path / "cluster") as found:
        yield found


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Hooks]:
    async with hooks(tmp_path / "hooks") as found:
        yield found
