"""What is deleted with its owners, and in which order."""

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from tests.engine.controllers.workloads import CONFIGMAPS, Workloads


async def _own(lab: Workloads, name: str, owner: Object) -> None:
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": meta.name(owner), "uid": meta.uid(owner)}
    patch = {"metadata": {"ownerReferences": [{**reference, "blockOwnerDeletion": True}]}}
    await lab.client.patch(CONFIGMAPS, name, patch, namespace="default")


@pytest.mark.parametrize("size", [2, 3])
async def test_a_circle_of_owners_does_not_keep_itself(size: int) -> None:
    """Upstream's collector makes references that close a circle non-blocking (attemptToDeleteItem)."""
    names = [f"c{i}" for i in range(size)]
    async with Workloads() as lab:
        made = [await lab.client.create(CONFIGMAPS, {"metadata": {"name": n}}, "default") for n in names]
        for index, name in enumerate(names):
            await _own(lab, name, made[index - 1])
        await lab.clock.advance(1)
        await lab.client.delete(CONFIGMAPS, "c0", "default", propagation="Foreground")
        await lab.clock.advance(2)
        for name in names:
            with pytest.raises(StatusError, match="not found"):
                await lab.client.get(CONFIGMAPS, name, "default")
