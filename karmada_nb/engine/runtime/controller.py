"""A controller: a key in, a result out. And the manager that runs controllers.

Follows the contract of sigs.k8s.io/controller-runtime pkg/reconcile: ``reconcile`` gets a key, never an
event; it reads from informers, compares before it writes, and a second pass writes nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.client import Unreachable
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Event, Handler
from karmada_nb.engine.runtime.queue import WorkQueue

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """``after``: seconds until the key is wanted again, if nothing else brings it back. None: never."""

    after: float | None = None


DONE: Final = Result()


class Retry(Exception):
    """Raised by ``reconcile``: not yet; come again after the back-off. It is expected, and not logged."""


class Controller(Protocol):
    """``name`` is the component that events and logs speak of."""

    name: str

    def watches(self) -> Iterable["Watch"]:
        """What brings keys into the queue."""
        ...

    async def reconcile(self, key: Key) -> Result: ...


class Source(Protocol):
    """What tells of changes: an informer, several as one, or another controller."""

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        """Call ``handler`` for what there is and for each change; returns the way to stop."""
        ...


@dataclass(frozen=True, slots=True)
class Watch:
    """A source, mostly an informer, and which keys an event of it touches.

    ``settle``: turns of the event loop to wait for more of the same, for a key that sums up many objects.
    One pass then serves a burst of changes, where each would have brought a pass and a write of its own.
    """

    informer: Source
    keys: Callable[[Event], Iterable[Key]]
    settle: int = 0


SETTLE: Final = 8
"""For controllers that sum up: no time where nothing else is to be done, and long beside a burst."""


def itself(event: Event) -> Iterable[Key]:
    """The key of the object that changed."""
    meta = event.object["metadata"]
    return (Key(meta.get("namespace", ""), meta["name"]),)


def owned_by(kind: str) -> Callable[[Event], Iterable[Key]]:
    """The key of the controller of what changed, where it is of this kind; old and new owner both."""

    def keys(event: Event) -> Iterable[Key]:
        found: dict[Key, None] = {}
        for obj in (event.old, event.new):
            for ref in (obj or {}).get("metadata", {}).get("ownerReferences", ()):
                if ref.get("controller") and ref["kind"] == kind:
                    found[Key(event.object["metadata"].get("namespace", ""), ref["name"])] = None
        return found

    return keys


class Manager:
    """Runs controllers: one queue each, ``workers`` keys at a time each, until ``stop``."""

    def __init__(self, clock: Clock, workers: int = 8) -> None:
        self._clock = clock
        self._workers = workers
        self._stops: list[Callable[[], None]] = []

    def start(self, controllers: Iterable[Controller]) -> None:
        """Start each controller: from now on its watches feed its queue."""
        for controller in controllers:
            self.run(controller)

    def run(self, controller: Controller) -> "Runner":
        """Start one controller; the runner takes further watches while it runs."""
        runner = Runner(controller, self._clock, self._workers)
        self._stops.append(runner.stop)
        runner.start()
        return runner

    async def stop(self) -> None:
        for stop in reversed(self._stops):
            stop()
        self._stops.clear()
        await asyncio.sleep(0)


class Runner:
    """One controller at work. Workers exist only while there is something to do."""

    def __init__(self, controller: Controller, clock: Clock, workers: int) -> None:
        self._controller = controller
        self._limit = workers
        self.queue: WorkQueue[Key] = WorkQueue(clock)
        self._running: set[asyncio.Task[None]] = set()
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        self._pump = asyncio.get_running_loop().create_task(self._work(), name=self._controller.name)
        for watch in self._controller.watches():
            self.add(watch)

    def add(self, watch: Watch) -> None:
        """Feed the queue from one more informer."""
        self._stops.append(watch.informer.add_handler(self._handler(watch)))

    def stop(self) -> None:
        for stop in self._stops:
            stop()
        self.queue.close()
        self._pump.cancel()
        for task in self._running:
            task.cancel()

    def _handler(self, watch: Watch) -> Callable[[Event], None]:
        def handle(event: Event) -> None:
            for key in watch.keys(event):
                self.queue.add_settled(key, watch.settle)

        return handle

    async def _work(self) -> None:
        slots = asyncio.Semaphore(self._limit)
        loop = asyncio.get_running_loop()
        while True:
            key = await self.queue.get()
            await slots.acquire()
            task = loop.create_task(self._one(key))
            self._running.add(task)

            def finished(done: asyncio.Task[None]) -> None:
                self._running.discard(done)
                slots.release()

            task.add_done_callback(finished)

    async def _one(self, key: Key) -> None:
        try:
            result = await self._controller.reconcile(key)
        except Retry:
            self.queue.add_failed(key)
        except StatusError as error:
            if error.reason not in ("Conflict", "AlreadyExists", "NotFound"):
                log.info("%s %s: %s", self._controller.name, key, error.message)
            self.queue.add_failed(key)
        except (Unreachable, TimeoutError) as error:
            log.info("%s %s: %s", self._controller.name, key, error)
            self.queue.add_failed(key)
        except Exception:
            log.exception("%s %s: reconcile failed; it is tried again", self._controller.name, key)
            self.queue.add_failed(key)
        else:
            self.queue.forget(key)
            if result.after is not None:
                self.queue.add_after(key, result.after)
        finally:
            self.queue.done(key)
