"""Tokens of service accounts that never expire: made for every account before 1.24, and for none since."""

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.controllers.workloads import Workloads

ACCOUNTS = Resource("", "v1", "serviceaccounts")
SECRETS = Resource("", "v1", "secrets")


async def account(lab: Workloads) -> Object:
    return await lab.client.get(ACCOUNTS, "default", "default")


@pytest.mark.parametrize(("version", "count"), [("v1.23.8+k3s2", 1), ("v1.24.0", 0), ("v1.36.2", 0)])
async def test_an_account_refers_to_its_secret(version: str, count: int) -> None:
    async with Workloads(version=version) as lab:
        secrets = (await lab.client.list(SECRETS, "default")).items
        assert len(secrets) == count
        references = (await account(lab)).get("secrets") or []
        assert references == [{"name": meta.name(secret)} for secret in secrets]
        for secret in secrets:
            assert meta.name(secret).startswith("default-token-")
            assert set(secret["data"]) == {"ca.crt", "namespace", "token"}


async def test_a_secret_that_is_deleted_is_replaced() -> None:
    async with Workloads(version="v1.23.8") as lab:
        (before,) = (await account(lab))["secrets"]
        await lab.client.delete(SECRETS, before["name"], "default")
        await lab.clock.advance(1)
        (after,) = (await account(lab))["secrets"]
        assert after != before
        found = await lab.client.get(SECRETS, after["name"], "default")
        assert meta.annotations(found)["kubernetes.io/service-account.name"] == "default"


async def test_the_secrets_of_an_account_go_with_it() -> None:
    async with Workloads(version="v1.23.8") as lab:
        await lab.client.create(ACCOUNTS, {"metadata": {"name": "robot"}}, "default")
        await lab.clock.advance(1)
        (reference,) = (await lab.client.get(ACCOUNTS, "robot", "default"))["secrets"]
        await lab.client.delete(ACCOUNTS, "robot", "default")
        await lab.clock.advance(1)
        assert reference["name"] not in [
            meta.name(s) for s in (await lab.client.list(SECRETS, "default")).items
        ]
