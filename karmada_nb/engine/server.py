"""The process: starts a lab, writes its kubeconfigs, serves until told to stop.

``python -m karmada_nb.engine.server --state-dir DIR ...``. Progress is in ``DIR/engine.json``, trouble in
``DIR/engine.log``; the exit code is 0 after a stop that was asked for, 1 after a failure.
"""

import argparse
import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

from karmada_nb.engine.federation import MOST_RANGES, Federation
from karmada_nb.engine.runtime.clock import SystemClock
from karmada_nb.engine.setup import set_up
from karmada_nb.engine.state import Plan, StateError, StateFolder, choose_ports, starting_alone, taken_ports
from karmada_nb.engine.store.sqlite import FormatError, SqliteJournal

log: Final = logging.getLogger(__name__)


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line; see ``karmada-nb up --help`` for what it means."""
    parser = argparse.ArgumentParser(prog="python -m karmada_nb.engine.server")
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--members", type=int, default=3)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--edition", choices=("article", "current"), default="article")
    parser.add_argument("--feature-gates", default="")
    parser.add_argument("--enable-no-execute-taint-eviction", action="store_true")
    parser.add_argument("--own-pod-ranges", action="store_true")
    parser.add_argument("--clusters-only", action="store_true")
    parser.add_argument("--base-port", type=int)
    parser.add_argument("--ephemeral", action="store_true", help="keep nothing on disk but certificates")
    return parser.parse_args(arguments)


UNFORESEEN: Final = "{error} (the whole story is in {log})"


def plan_for(folder: StateFolder, wanted: argparse.Namespace) -> Plan:
    """The plan of the folder's lab, or a new one as asked. Raises StateError if its ports are taken."""
    standing = folder.plan()
    if standing is not None:
        taken = taken_ports((*standing.ports, standing.karmada_port))
        if taken:
            raise StateError(
                "port {port}, where this lab's clusters were, is in use now. Stop what has it "
                "(ss -ltnp 'sport = :{port}'), or start another lab with another --state-dir",
                port=taken[0],
            )
        return standing
    if wanted.own_pod_ranges and wanted.members > MOST_RANGES:
        raise StateError(
            "expected at most {most} members with --own-pod-ranges, found {members}: each takes a "
            "10.x.0.0/16",
            most=MOST_RANGES,
            members=wanted.members,
        )
    ports, karmada = choose_ports(wanted.members, wanted.base_port)
    made = Plan(
        wanted.members,
        wanted.nodes,
        wanted.edition,
        wanted.clusters_only,
        ports,
        karmada,
        feature_gates=wanted.feature_gates,
        no_execute_eviction=wanted.enable_no_execute_taint_eviction,
        own_pod_ranges=wanted.own_pod_ranges,
    )
    folder.write_plan(made)
    return made


async def serve(folder: StateFolder, wanted: argparse.Namespace) -> None:
    """Run the lab until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    journal = None if wanted.ephemeral else lambda name: SqliteJournal(folder.database(name))
    clock = SystemClock()

    def told(step: str, **of: str) -> None:
        folder.write_status(phase="starting", step=step, of=of)

    with starting_alone():
        plan = plan_for(folder, wanted)
        told("starting the clusters")
        federation = Federation(plan, folder, clock, journal)
        try:
            await federation.start()
        except BaseException:
            await federation.stop()
            raise
    try:
        if not plan.clusters_only and not folder.is_set_up():
            await set_up(federation, clock, told)
            folder.mark_set_up()
        if federation.installed:
            await federation.ready.wait()
        folder.write_status(phase="ready", edition=plan.edition, ports=plan.ports)
        log.info("ready")
        _spare_the_collector()
        await stop.wait()
        log.info("asked to stop")
    finally:
        await federation.stop()


def _spare_the_collector() -> None:
    """What stands by now stays; and objects here form no cycles worth looking for after every 700."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def main() -> None:
    """The entry point of the engine's process."""
    wanted = parse(sys.argv[1:])
    folder = StateFolder(wanted.state_dir.absolute())
    try:
        folder.hold()
    except StateError as error:
        sys.exit(str(error))
    logging.basicConfig(
        filename=folder.log, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    folder.log.chmod(0o600)
    try:
        run(serve(folder, wanted))
    except (StateError, FormatError, OSError) as error:
        log.error("%s", error)
        text, values = (error.text, error.values) if isinstance(error, StateError) else (str(error), {})
        folder.write_status(phase="failed", error=text, of=values)
        sys.exit(str(error))
    except Exception as error:
        log.exception("the engine failed")
        of = {"error": str(error), "log": str(folder.log)}
        folder.write_status(phase="failed", error=UNFORESEEN, of=of)
        sys.exit(1)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


if __name__ == "__main__":
    main()
