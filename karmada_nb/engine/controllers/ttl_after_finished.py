"""Finished jobs go when their time is over. Follows pkg/controller/ttlafterfinished."""

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import JOBS, Context
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself


class TTLAfterFinishedController:
    name = "ttl-after-finished-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._clock = context.clock
        self._jobs = context.informers(*JOBS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._jobs, itself)

    async def reconcile(self, key: Key) -> Result:
        job = self._jobs.get(key)
        if job is None or meta.deleting(job):
            return DONE
        seconds = job["spec"].get("ttlSecondsAfterFinished")
        ended = next(
            (
                c["lastTransitionTime"]
                for c in meta.dig(job, "status", "conditions", default=[])
                if c["type"] in ("Complete", "Failed") and c["status"] == "True"
            ),
            None,
        )
        if seconds is None or ended is None:
            return DONE
        left = seconds - (self._clock.now() - meta.parse_time(ended)).total_seconds()
        if left > 0:
            return Result(after=left)
        await self._client.delete(JOBS, key.name, key.namespace, uid=meta.uid(job), propagation="Foreground")
        return DONE
