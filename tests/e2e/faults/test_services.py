"""Services of several clusters while clusters and the control plane come and go."""

from __future__ import annotations

from tests.e2e.suite import Suite
from tests.e2e.test_mcs import endpoints, exported, shared, slices, synced


async def test_endpoints_follow_after_a_restart_of_the_control_plane(suite: Suite) -> None:
    name = await exported(suite)
    other = await shared(suite, ["member1"], ["member1"], ["member2"])
    await suite.federation.restart(down=10)
    for service in (name, other):
        assert endpoints(suite, f"derived-{service}" if service == name else service, "member2") == 1
        await suite.update(
            "Deployment", service, ("spec", "replicas"), 2, at="member1" if service == name else ""
        )
    await suite.eventually(lambda: endpoints(suite, f"derived-{name}", "member2") == 2)
    await suite.eventually(lambda: endpoints(suite, other, "member2") == 2)


async def test_a_member_that_is_cut_off_keeps_its_endpoints_until_it_is_back(suite: Suite) -> None:
    name = await exported(suite)
    suite.federation.link("member1").cut()
    await suite.eventually(lambda: not suite.ready("member1"))
    await suite.pass_time(120)
    assert endpoints(suite, f"derived-{name}", "member2") == 1
    await suite.update("Deployment", name, ("spec", "replicas"), 2, at="member1")
    await suite.pass_time(30)
    assert endpoints(suite, f"derived-{name}", "member2") == 1, "nobody in Karmada can know"
    suite.federation.link("member1").restore()
    await suite.eventually(lambda: endpoints(suite, f"derived-{name}", "member2") == 2)


async def test_a_member_that_leaves_takes_its_endpoints_with_it(suite: Suite) -> None:
    name = await exported(suite)
    other = await shared(suite, ["member1"], [], ["member2"])
    await suite.eventually(lambda: synced(suite, other, [], ["member2"]))
    await suite.federation.unjoin("member1")
    await suite.eventually(lambda: suite.get("Cluster", "member1") is None)
    await suite.eventually(lambda: not slices(suite, f"derived-{name}", "member2"))
    await suite.eventually(lambda: endpoints(suite, other, "member2") == 0)
