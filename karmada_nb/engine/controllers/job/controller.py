"""The loop of the job controller. Follows pkg/controller/job/job_controller.go."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.claims import Claims, adopters, selector_of
from karmada_nb.engine.controllers.context import JOBS, PODS, Context
from karmada_nb.engine.controllers.job import indexes, policies, tracking, verdict
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Watch, itself, owned_by
from karmada_nb.engine.runtime.informer import Event

TRACKED_INDEX: Final = "tracked-by-job"
JOB_NAME: Final = "batch.kubernetes.io/job-name"
MANAGER: Final = "kubernetes.io/job-controller"
"""Who runs a job that names nobody else."""


class JobController:
    name = "job-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._jobs = context.informers(*JOBS)
        self._pods = context.informers(*PODS)
        self._claims = Claims(self._client, PODS, self._pods)
        self._pods.add_index(TRACKED_INDEX, _tracked)
        self._failures: dict[str, tuple[int, datetime]] = {}
        """By uid of a job: pods that failed in a row, and when the last one did."""

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._jobs, itself)
        yield Watch(self._pods, owned_by("Job"), SETTLE)
        yield Watch(self._pods, adopters(self._jobs))
        yield Watch(self._pods, _job_of_label)

    async def reconcile(self, key: Key) -> Result:
        job = self._jobs.get(key)
        if job is None:
            await self._release(key, "")
            return DONE
        if verdict.finished(job):
            await self._release(key, meta.uid(job))
            self._failures.pop(meta.uid(job), None)
            return DONE
        if meta.deleting(job) or job["spec"].get("managedBy", MANAGER) != MANAGER:
            await self._release(key, meta.uid(job))
            return DONE
        mine = await self._claims.claim(job, selector_of(job))
        now = self._clock.now()
        pods = tracking.sort_out(job, mine)
        status, told = verdict.suspension(job, job.get("status") or {}, now)
        status, waiting = _held(job, status, pods)
        late = [pod for pod in pods.failed if pod in waiting.values()]
        status = await self._count(
            job, status, pods.succeeded, [p for p in pods.failed if p not in late], now
        )
        ended = verdict.judge(job, status, pods, now)
        active = pods.active
        wait: float | None = None
        if ended is not None:
            lost = active if ended.kind == "Failed" else []
            status = await self._count(job, status, [], [*late, *lost], now)
            active = await self._stop(job, active, len(active))
            status = verdict.conclude(status, ended, not active, now)
        else:
            active, wait = await self._adjust(job, status, pods, waiting, now)
        counts = {
            "active": len(active),
            "ready": tracking.ready(active),
            "terminating": len(pods.terminating),
            "uncountedTerminatedPods": {},
        }
        status = {k: v for k, v in {**status, **counts}.items() if k != "active" or v}
        await self._write(job, status)
        await self._tell(job, status, told, ended)
        left = verdict.deadline_in(job, status, now)
        waits = [w for w in (wait, left) if w is not None and w > 0]
        return Result(after=min(waits)) if waits else DONE

    async def _adjust(
        self, job: Object, status: Object, pods: tracking.Pods, waiting: dict[int, Object], now: datetime
    ) -> tuple[list[Object], float | None]:
        """Bring the pods at work to the wanted number; they, and the seconds until more may be made."""
        active = pods.active
        wanted = verdict.wanted(job, status, len(active))
        if len(active) > wanted:
            return await self._stop(job, active, len(active) - wanted), None
        wait = self._backoff(job, now) if len(active) < wanted else None
        if len(active) == wanted or wait is not None:
            return active, wait
        made, wait = await self._start(job, status, pods, waiting, wanted - len(active))
        return [*active, *made], wait

    async def _release(self, key: Key, owner: str) -> None:
        """Free pods that no job at work counts from the finalizer."""
        for pod in self._pods.by_index(TRACKED_INDEX, f"{key.namespace}/{key.name}"):
            controller = meta.controller_of(pod)
            if owner and controller is not None and controller["uid"] != owner:
                continue
            await self._untrack(pod)

    async def _untrack(self, pod: Object) -> None:
        current = self._pods.get(meta.key(pod))
        if current is None or tracking.FINALIZER not in meta.finalizers(current):
            return
        kept = [f for f in meta.finalizers(current) if f != tracking.FINALIZER]
        await self._client.update(PODS, meta.with_metadata(current, finalizers=kept or None))

    async def _count(
        self, job: Object, status: Object, succeeded: list[Object], failed: list[Object], now: datetime
    ) -> Object:
        counted = policies.counted(job, failed)
        noted = tracking.note(status, succeeded, counted)
        if succeeded or failed:
            await self._write(job, noted)
            for pod in (*succeeded, *failed):
                await self._untrack(pod)
            if succeeded:
                self._failures.pop(meta.uid(job), None)
            if counted:
                before = self._failures.get(meta.uid(job), (0, now))[0]
                self._failures[meta.uid(job)] = (before + len(counted), now)
        status = tracking.count(noted)
        if job["spec"].get("completionMode") == "Indexed":
            done = indexes.parse(status.get("completedIndexes", "")) | indexes.indexes_of(succeeded)
            if done:
                status = {**status, "completedIndexes": indexes.render(done), "succeeded": len(done)}
        return status

    def _backoff(self, job: Object, now: datetime) -> float | None:
        """Seconds until pods may be made again after failures; None: at once, or as each index says."""
        if job["spec"].get("backoffLimitPerIndex") is not None:
            return None
        return indexes.backoff(*self._failures.get(meta.uid(job), (0, now)), now) or None

    async def _stop(self, job: Object, active: list[Object], number: int) -> list[Object]:
        """Delete so many active pods; returns the others."""
        going = podlib.deletion_order(active, active)[:number]
        for pod in going:
            await self._untrack(pod)
            await self._client.delete(PODS, meta.name(pod), meta.namespace(pod), uid=meta.uid(pod))
            await self._events.event(job, "Normal", "SuccessfulDelete", f"Deleted pod: {meta.name(pod)}")
        gone = {meta.uid(pod) for pod in going}
        return [pod for pod in active if meta.uid(pod) not in gone]

    async def _start(
        self, job: Object, status: Object, pods: tracking.Pods, waiting: dict[int, Object], number: int
    ) -> tuple[list[Object], float | None]:
        """The pods that were made, and the seconds until more may be."""
        chosen: list[int | None] = [None] * number
        left: list[float] = []
        if job["spec"].get("completionMode") == "Indexed":
            over = indexes.parse(status.get("completedIndexes", ""))
            over |= indexes.parse(status.get("failedIndexes", ""))
            working = [*pods.active, *pods.terminating]
            free = indexes.free(job, working, over, number)
            pause = {index: indexes.wait_for(waiting.get(index), self._clock.now()) for index in free}
            chosen = [index for index in free if not pause[index]]
            left = [seconds for seconds in pause.values() if seconds]
        made = []
        for index in chosen:
            replaced = waiting.get(index) if index is not None else None
            try:
                pod = await self._client.create(PODS, new_pod(job, index, replaced), meta.namespace(job))
            except StatusError as error:
                text = f"Error creating: {error.message}"
                await self._events.event(job, "Warning", "FailedCreate", text)
                raise
            made.append(pod)
            await self._events.event(job, "Normal", "SuccessfulCreate", f"Created pod: {meta.name(pod)}")
        return made, min(left, default=None)

    async def _write(self, job: Object, status: Object) -> None:
        current = self._jobs.get(meta.key(job))
        if current is None or meta.uid(current) != meta.uid(job) or status == current.get("status"):
            return
        await self._client.update(JOBS, {**current, "status": status}, "status")

    async def _tell(self, job: Object, status: Object, told: str, ended: verdict.Verdict | None) -> None:
        if told:
            text = "Job suspended" if told == "Suspended" else "Job resumed"
            await self._events.event(job, "Normal", told, text)
        if ended is None or not verdict.finished({"status": status}):
            return
        if ended.kind == "Complete":
            await self._events.event(job, "Normal", "Completed", "Job completed")
        else:
            await self._events.event(job, "Warning", ended.reason, ended.message)


def _held(job: Object, status: Object, pods: tracking.Pods) -> tuple[Object, dict[int, Object]]:
    """The status with the indexes that have failed, and by index the failed pods that wait for successors."""
    failed = indexes.failed(job, status, pods.failed)
    if failed is None:
        return status, {}
    over = failed | indexes.parse(status.get("completedIndexes", "")) | indexes.indexes_of(pods.succeeded)
    return {**status, "failedIndexes": indexes.render(failed)}, indexes.held(pods.failed, over, pods.active)


def new_pod(job: Object, index: int | None, replaced: Object | None = None) -> Object:
    """A pod as the controller makes it; of an indexed job it knows its index, and who failed there before."""
    pod = podlib.from_template(job["spec"]["template"], job, meta.namespace(job))
    extra: dict[str, Any] = {"finalizers": [*meta.finalizers(pod), tracking.FINALIZER]}
    if index is not None:
        mark = {indexes.INDEX: str(index)}
        tries = indexes.counts(job, replaced) if "backoffLimitPerIndex" in job["spec"] else {}
        extra["annotations"] = {**meta.annotations(pod), **mark, **tries}
        extra["labels"] = {**meta.labels(pod), **mark}
        extra["generateName"] = f"{meta.name(job)}-{index}-"
        spec = {"hostname": f"{meta.name(job)}-{index}", **pod["spec"]}
        for name in ("containers", "initContainers"):
            if spec.get(name):
                spec[name] = [_with_index(container) for container in spec[name]]
        pod = {**pod, "spec": spec}
    return meta.with_metadata(pod, **extra)


def _with_index(container: Object) -> Object:
    if any(item["name"] == "JOB_COMPLETION_INDEX" for item in container.get("env") or ()):
        return container
    path = {"apiVersion": "v1", "fieldPath": f"metadata.labels['{indexes.INDEX}']"}
    told = {"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": path}}
    return {**container, "env": [*(container.get("env") or ()), told]}


def _tracked(pod: Object) -> Iterable[str]:
    """Index: the job that counts a pod; one without a controller goes by its label."""
    if tracking.FINALIZER not in meta.finalizers(pod):
        return ()
    owner = meta.controller_of(pod)
    name = owner["name"] if owner else meta.labels(pod).get(JOB_NAME, "")
    return (f"{meta.namespace(pod)}/{name}",)


def _job_of_label(event: Event) -> Iterable[Key]:
    """The job that a tracked pod without a controller once had."""
    pod = event.new
    if pod is None or meta.controller_of(pod) or tracking.FINALIZER not in meta.finalizers(pod):
        return ()
    return (Key(meta.namespace(pod), meta.labels(pod).get(JOB_NAME, "")),)
