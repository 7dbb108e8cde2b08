"""Watching objects from a notebook: a thread an object, told of every change, gone when it is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

import orjson

from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.manifests import Object

_WINDOW_SECONDS: Final = 300
_RETRY_SECONDS: Final = 1.0

Told = Callable[[Object | None], None]
"""Called with the object as it is now; None when it is gone."""
ToldAll = Callable[[dict[str, Object]], None]
"""Called with all objects as they are now, by name."""
Reached = Callable[[str, str], None]
"""Called with a cluster's name and why it cannot be followed; ``""`` when it can be again."""


class Watching:
    """Any number of watches that end together."""

    def __init__(self, reached: Reached = lambda cluster, why: None) -> None:
        self._closed = threading.Event()
        self._reached = reached
        self._threads: list[threading.Thread] = []
        self._answers: dict[int, Any] = {}

    def add(self, connection: Connection, word: str, name: str, namespace: str, told: Told) -> None:
        """Tell of every change of an object from now on, from a thread of its own."""

        def one(found: dict[str, Object]) -> None:
            told(found.get(name))

        self.add_all(connection, word, namespace, one, fields=f"metadata.name={name}")

    def add_all(
        self,
        connection: Connection,
        word: str,
        namespace: str | None,
        told: ToldAll,
        *,
        labels: str = "",
        fields: str = "",
    ) -> None:
        """Tell of every change of any object of a kind from now on, from a thread of its own."""
        path = connection.discovery.word(word).path(namespace)
        which = {"label_selector": labels or None, "field_selector": fields or None}
        thread = threading.Thread(
            target=self._follow,
            args=(len(self._threads), connection, path, which, told),
            daemon=True,
            name=f"watch {word}",
        )
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """End all watches; nothing is told after this returns."""
        self._closed.set()
        for answer in list(self._answers.values()):
            _hang_up(answer)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_RETRY_SECONDS * 2)

    def _follow(self, number: int, connection: Connection, path: str, which: Object, told: ToldAll) -> None:
        version, found = "", dict[str, Object]()
        while not self._closed.is_set():
            try:
                if not version:
                    version, found = self._start(connection, path, which)
                    self._reached(connection.name, "")
                    self._tell(told, found)
                version = self._window(number, connection, path, which, version, found, told)
            except (LabError, OSError, ValueError) as error:
                # A cluster that went away may come back; the next list says how things stand.
                version = ""
                if not self._closed.is_set():
                    self._reached(connection.name, str(error))
                self._closed.wait(_RETRY_SECONDS)

    def _start(self, connection: Connection, path: str, which: Object) -> tuple[str, dict[str, Object]]:
        listed = connection.json("get", path, **which)
        found = {str(item["metadata"]["name"]): item for item in listed.get("items") or ()}
        return str(listed["metadata"]["resourceVersion"]), found

    def _window(
        self,
        number: int,
        connection: Connection,
        path: str,
        which: Object,
        version: str,
        found: dict[str, Object],
        told: ToldAll,
    ) -> str:
        """One watch request; the resource version to go on from, or '' to list again."""
        answer = connection.request(
            "get",
            path,
            **which,
            resource_version=version,
            watch=True,
            timeout_seconds=_WINDOW_SECONDS,
            _request_timeout=(5, _WINDOW_SECONDS + 10),
        )
        self._answers[number] = answer
        if self._closed.is_set():
            _hang_up(answer)
        try:
            for line in _lines(answer):
                event = orjson.loads(line)
                if event["type"] == "ERROR":
                    return ""
                metadata = event["object"]["metadata"]
                version = str(metadata["resourceVersion"])
                if event["type"] == "DELETED":
                    found.pop(metadata["name"], None)
                elif event["type"] != "BOOKMARK":
                    found[metadata["name"]] = event["object"]
                if event["type"] != "BOOKMARK":
                    self._tell(told, found)
        finally:
            self._answers.pop(number, None)
            answer.close()
        return version

    def _tell(self, told: ToldAll, found: dict[str, Object]) -> None:
        if not self._closed.is_set():
            told(dict(found))


def _lines(answer: Any) -> Any:
    from urllib3.exceptions import HTTPError

    kept = b""
    try:
        for chunk in answer.stream(None, decode_content=True):
            *whole, kept = (kept + chunk).split(b"\n")
            yield from (line for line in whole if line)
    except HTTPError as error:
        raise OSError(str(error)) from None


def _hang_up(answer: Any) -> None:
    """Wake the thread that reads an answer."""
    shutdown = getattr(answer, "shutdown", None)
    try:
        (shutdown or answer.close)()
    except (OSError, ValueError, RuntimeError):
        # It has just ended by itself.
        return
