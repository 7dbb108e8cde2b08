"""Jobs and cron jobs as their users see them."""

from karmada_nb.engine import meta
from tests.engine.controllers.making import CRONJOBS, JOBS, get, make, template
from tests.engine.controllers.workloads import Workloads


def ends(code: int) -> dict[str, object]:
    return template("job", "sh", "-c", f"exit {code}", restartPolicy="Never")


async def test_a_job_runs_its_pods_to_completion_and_counts_them() -> None:
    async with Workloads() as lab:
        job = await make(lab, JOBS, "sum", 5, completions=3, parallelism=2, template=ends(0))
        status = job["status"]
        assert status["succeeded"] == 3
        assert "active" not in status
        assert status["uncountedTerminatedPods"] == {}
        conditions = [(c["type"], c["status"], c["reason"]) for c in status["conditions"]]
        assert conditions == [
            ("SuccessCriteriaMet", "True", "CompletionsReached"),
            ("Complete", "True", "CompletionsReached"),
        ]
        assert all(not meta.finalizers(pod) for pod in await lab.pods())
        assert ("Normal", "Completed", "Job completed") in await lab.events("sum")


async def test_a_job_that_fails_backs_off_and_gives_up_at_its_limit() -> None:
    async with Workloads() as lab:
        job = await make(lab, JOBS, "bad", 5, backoffLimit=1, template=ends(1))
        assert job["status"]["failed"] == 1, "the second try waits ten seconds"
        await lab.clock.advance(15)
        job = await get(lab, JOBS, "bad")
        assert job["status"]["failed"] == 2
        assert (meta.condition(job, "Failed") or {})["reason"] == "BackoffLimitExceeded"


async def test_an_indexed_job_gives_every_index_one_pod() -> None:
    async with Workloads() as lab:
        spec = {"completions": 3, "parallelism": 3, "completionMode": "Indexed"}
        job = await make(lab, JOBS, "parts", 5, template=ends(0), **spec)
        assert job["status"]["completedIndexes"] == "0-2"
        assert sorted(pod["spec"]["hostname"] for pod in await lab.pods()) == [
            "parts-0",
            "parts-1",
            "parts-2",
        ]


async def test_indexes_with_a_limit_of_their_own_fail_alone() -> None:
    """Index 1 fails twice, ten seconds apart, and uses up its one retry; the others are done by then."""
    async with Workloads() as lab:
        script = '[ "$JOB_COMPLETION_INDEX" != 1 ]'
        spec = {"completions": 3, "parallelism": 3, "completionMode": "Indexed", "backoffLimitPerIndex": 1}
        failing = template("job", "sh", "-c", script, restartPolicy="Never")
        job = await make(lab, JOBS, "parts", 5, template=failing, **spec)
        assert (job["status"]["completedIndexes"], job["status"]["failedIndexes"]) == ("0,2", "")
        assert job["status"].get("failed", 0) == 0, "a failure counts once another pod has taken its place"
        await lab.clock.advance(15)
        job = await get(lab, JOBS, "parts")
        assert (job["status"]["failed"], job["status"]["failedIndexes"]) == (2, "1")
        failed = meta.condition(job, "Failed") or {}
        assert (failed["reason"], failed["message"]) == ("FailedIndexes", "Job has failed indexes")
        tries = "batch.kubernetes.io/job-index-failure-count"
        again = [meta.annotations(pod)[tries] for pod in await lab.pods() if "-1-" in meta.name(pod)]
        assert sorted(again) == ["0", "1"]


async def test_too_many_failed_indexes_end_a_job_and_its_pods_count_as_failed() -> None:
    async with Workloads() as lab:
        script = '[ "$JOB_COMPLETION_INDEX" = 1 ] || sleep 365d; exit 1'
        spec = {"completions": 3, "parallelism": 3, "completionMode": "Indexed", "backoffLimitPerIndex": 0}
        failing = template("job", "sh", "-c", script, restartPolicy="Never")
        job = await make(lab, JOBS, "parts", 60, template=failing, maxFailedIndexes=0, **spec)
        assert (job["status"]["failed"], job["status"]["failedIndexes"]) == (3, "1")
        assert (meta.condition(job, "Failed") or {})["reason"] == "MaxFailedIndexesExceeded"


async def test_a_suspended_job_runs_when_it_is_resumed() -> None:
    async with Workloads() as lab:
        job = await make(lab, JOBS, "later", suspend=True, template=ends(0))
        assert await lab.pods() == []
        assert "startTime" not in job["status"]
        await lab.client.patch(JOBS, "later", {"spec": {"suspend": False}}, namespace="default")
        await lab.clock.advance(5)
        job = await get(lab, JOBS, "later")
        assert meta.condition(job, "Complete") is not None
        assert (meta.condition(job, "Suspended") or {})["status"] == "False"


async def test_a_deadline_ends_a_job_and_its_pods() -> None:
    async with Workloads() as lab:
        sleeping = template("job", "sleep", "1000", restartPolicy="Never")
        await make(lab, JOBS, "slow", activeDeadlineSeconds=60, template=sleeping)
        await lab.clock.advance(120)
        job = await get(lab, JOBS, "slow")
        assert (meta.condition(job, "Failed") or {})["reason"] == "DeadlineExceeded"
        assert await lab.pods() == []


async def test_a_finished_job_goes_when_its_time_is_over() -> None:
    async with Workloads() as lab:
        await make(lab, JOBS, "brief", 5, ttlSecondsAfterFinished=100, template=ends(0))
        assert await lab.names(JOBS) == ["brief"]
        await lab.clock.advance(120)
        assert await lab.names(JOBS) == []
        assert await lab.pods() == []


async def test_a_cron_job_makes_a_job_each_time_and_keeps_the_last_three() -> None:
    async with Workloads() as lab:
        await make(lab, CRONJOBS, "tick", schedule="*/5 * * * *", jobTemplate={"spec": {"template": ends(0)}})
        await lab.clock.advance(5 * 60 * 4 + 30)
        names = await lab.names(JOBS)
        minutes = int(lab.clock.now().timestamp()) // 60
        newest = minutes - minutes % 5
        assert names == [f"tick-{newest - 10}", f"tick-{newest - 5}", f"tick-{newest}"]
        tick = await get(lab, CRONJOBS, "tick")
        assert tick["status"]["lastScheduleTime"].endswith(":00Z")
        assert "active" not in tick["status"]


async def test_a_cron_job_that_forbids_it_never_runs_twice_at_once() -> None:
    async with Workloads() as lab:
        sleeping = template("job", "sleep", "1000", restartPolicy="Never")
        job = {"spec": {"template": sleeping}}
        await make(lab, CRONJOBS, "one", schedule="* * * * *", concurrencyPolicy="Forbid", jobTemplate=job)
        await lab.clock.advance(200)
        assert len(await lab.names(JOBS)) == 1
        assert any(reason == "JobAlreadyActive" for _, reason, _ in await lab.events("one"))


async def test_a_failure_that_a_rule_ignores_is_not_counted_and_one_that_fails_the_job_ends_it() -> None:
    async with Workloads() as lab:
        rules = [
            {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}},
            {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}},
        ]
        policy = {"podFailurePolicy": {"rules": rules}, "backoffLimit": 0}
        patient = await make(lab, JOBS, "patient", 5, template=ends(1), **policy)
        assert patient["status"].get("failed", 0) == 0
        assert len(await lab.pods()) > 1
        await lab.client.delete(JOBS, "patient", "default", propagation="Background")
        await lab.clock.advance(40)
        strict = await make(lab, JOBS, "strict", 5, template=ends(42), **policy)
        failed = meta.condition(strict, "Failed") or {}
        assert failed["reason"] == "PodFailurePolicy"
        assert failed["message"].startswith("Container main for pod default/strict-")
        assert failed["message"].endswith("failed with exit code 42 matching FailJob rule at index 1")


async def test_indexes_that_suffice_end_a_job_early() -> None:
    async with Workloads() as lab:
        leader = template(
            "job", "sh", "-c", '[ "$JOB_COMPLETION_INDEX" = 0 ] || sleep 365d', restartPolicy="Never"
        )
        spec = {"completions": 3, "parallelism": 3, "completionMode": "Indexed"}
        policy = {"rules": [{"succeededIndexes": "0"}]}
        job = await make(lab, JOBS, "led", 60, template=leader, successPolicy=policy, **spec)
        done = meta.condition(job, "Complete") or {}
        assert (done["reason"], done["message"]) == ("SuccessPolicy", "Matched rules at index 0")
        assert job["status"]["completedIndexes"] == "0"
