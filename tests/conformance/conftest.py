"""The server that the scenarios are run against: an embedded cluster, or any that a kubeconfig names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.access import Access
from tests.conformance.embedded import embedded


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kubeconfig", help="run the conformance scenarios against this cluster")


@pytest.fixture(scope="module")
def access(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    work = tmp_path_factory.mktemp("access")
    given = request.config.getoption("--kubeconfig", default=None)
    if given:
        yield Access(Path(given), work)
        return
    with embedded(tmp_path_factory.mktemp("embedded")) as kubeconfig:
        yield Access(kubeconfig, work)
