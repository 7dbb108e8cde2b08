"""One environment for all specs, as the real suite has it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.suite import Suite


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All specs run on the loop on which their federation lives."""
    for item in items:
        if "/e2e/" in str(item.path) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def environment() -> AsyncIterator[Suite]:
    suite = await Suite().start()
    yield suite
    await suite.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def suite(environment: Suite) -> AsyncIterator[Suite]:
    """The shared environment; what a spec makes is gone after it."""
    yield environment
    await environment.cleanup()
