"""The work queue and the controllers it feeds, on virtual time."""

import asyncio
from collections.abc import Callable, Iterable

from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.runtime.controller import DONE, Manager, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event, Handler
from karmada_nb.engine.runtime.queue import WorkQueue


class Source:
    """Something to watch that a test sets off."""

    def __init__(self) -> None:
        self.handlers: list[Handler] = []

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        self.handlers.append(handler)
        return lambda: self.handlers.remove(handler)

    def change(self, name: str) -> None:
        obj: Object = {"metadata": {"name": name, "namespace": "x"}}
        for handler in self.handlers:
            handler(Event(None, obj))


class Counting:
    """Counts the passes of each key, and how many ran at once."""

    name = "counting"

    def __init__(self, clock: VirtualClock, source: Source, settle: int = 0, takes: float = 0.0) -> None:
        self.clock = clock
        self.source = source
        self.settle = settle
        self.takes = takes
        self.passes: list[tuple[float, str]] = []
        self.failures: dict[str, int] = {}
        self.at_once: dict[str, int] = {}
        self.most_at_once = 0
        self.again: float | None = None

    def watches(self) -> Iterable[Watch]:
        return [Watch(self.source, itself, self.settle)]

    async def reconcile(self, key: Key) -> Result:
        self.at_once[key.name] = self.at_once.get(key.name, 0) + 1
        self.most_at_once = max(self.most_at_once, self.at_once[key.name])
        self.passes.append((self.clock.monotonic(), key.name))
        if self.takes:
            await self.clock.sleep(self.takes)
        self.at_once[key.name] -= 1
        if self.failures.get(key.name, 0):
            self.failures[key.name] -= 1
            raise Retry
        return Result(after=self.again) if self.again else DONE


async def run(controller: Counting) -> Manager:
    manager = Manager(controller.clock)
    manager.start([controller])
    await controller.clock.settle()
    return manager


async def test_changes_while_a_key_waits_are_one_pass() -> None:
    clock, source = VirtualClock(), Source()
    controller = Counting(clock, source)
    manager = await run(controller)
    for _ in range(5):
        source.change("a")
    await clock.settle()
    assert [name for _, name in controller.passes] == ["a"]
    await manager.stop()


async def test_a_change_during_a_pass_brings_another_and_never_two_at_once() -> None:
    clock, source = VirtualClock(), Source()
    controller = Counting(clock, source, takes=1.0)
    manager = await run(controller)
    source.change("a")
    await clock.advance(0.5)
    source.change("a")
    source.change("b")
    await clock.advance(5)
    assert [name for _, name in controller.passes] == ["a", "b", "a"]
    assert controller.most_at_once == 1
    await manager.stop()


async def test_a_burst_that_settles_is_one_pass() -> None:
    clock, source = VirtualClock(), Source()
    controller = Counting(clock, source, settle=8)
    manager = await run(controller)
    for _ in range(4):
        source.change("a")
        await asyncio.sleep(0)
    await clock.settle()
    assert controller.passes == [(0, "a")]
    source.change("a")
    await clock.settle()
    assert controller.passes == [(0, "a"), (0, "a")]
    await manager.stop()


async def test_failures_back_off_and_success_forgets_them() -> None:
    clock, source = VirtualClock(), Source()
    controller = Counting(clock, source)
    controller.failures["a"] = 4
    manager = await run(controller)
    source.change("a")
    await clock.advance(10)
    waits = [b - a for (a, _), (b, _) in zip(controller.passes, controller.passes[1:], strict=False)]
    assert [round(w, 4) for w in waits] == [0.005, 0.01, 0.02, 0.04]
    controller.failures["a"] = 1
    source.change("a")
    await clock.advance(1)
    assert round(controller.passes[-1][0] - controller.passes[-2][0], 4) == 0.005
    await manager.stop()


async def test_a_result_brings_the_key_back_when_it_asked_for_it() -> None:
    clock, source = VirtualClock(), Source()
    controller = Counting(clock, source)
    controller.again = 60.0
    manager = await run(controller)
    source.change("a")
    await clock.advance(185)
    assert [at for at, _ in controller.passes] == [0, 60, 120, 180]
    await manager.stop()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 10)), max_size=30))
def test_every_key_ordered_is_handed_out_at_its_earliest_time(orders: list[tuple[str, float]]) -> None:
    async def check() -> None:
        clock = VirtualClock()
        queue: WorkQueue[str] = WorkQueue(clock)
        for key, seconds in orders:
            queue.add_after(key, seconds)
        handed: dict[str, float] = {}

        async def take() -> None:
            while True:
                key = await queue.get()
                handed.setdefault(key, clock.monotonic())
                queue.done(key)

        task = asyncio.create_task(take())
        await clock.advance(11)
        task.cancel()
        earliest: dict[str, float] = {}
        for key, seconds in orders:
            earliest[key] = min(seconds, earliest.get(key, 99))
        assert handed == earliest

    asyncio.run(check())
