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


class Watching:
    """Any number of watches that end together."""

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []
        self._answers: dict[int, Any] = {}

    def add(self, connection: Connection, word: str, name: str, namespace: str, told: Told) -> None:
        """Tell of every change of an object from now on, from a thread of its own."""
        path = connection.discovery.word(word).path(namespace)
        number = len(self._threads)
        thread = threading.Thread(
            target=self._follow,
            args=(number, connection, path, name, told),
            daemon=True,
            name=f"watch {name}",
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

    def _follow(self, number: int, connection: Connection, path: str, name: str, told: Told) -> None:
        version = ""
        while not self._closed.is_set():
            try:
                if not version:
                    version = self._start(connection, path, name, told)
                version = self._window(number, connection, path, name, version, told)
            except (LabError, OSError, ValueError):
                # A cluster that went away may come back; the next list says how things stand.
                version = ""
                self._closed.wait(_RETRY_SECONDS)

    def _start(self, connection: Connection, path: str, name: str, told: Told) -> str:
        found = connection.json("get", path, field_selector=f"metadata.name={name}")
        items = found.get("items") or [None]
        self._tell(told, items[0])
        return str(found["metadata"]["resourceVersion"])

    def _window(
        self, number: int, connection: Connection, path: str, name: str, version: str, told: Told
    ) -> str:
        """One watch request; the resource version to go on from, or '' to list again."""
        answer = connection.request(
            "get",
            path,
            field_selector=f"metadata.name={name}",
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
                version = str(event["object"]["metadata"]["resourceVersion"])
                if event["type"] != "BOOKMARK":
                    self._tell(told, None if event["type"] == "DELETED" else event["object"])
        finally:
            self._answers.pop(number, None)
            answer.close()
        return version

    def _tell(self, told: Told, obj: Object | None) -> None:
        if not self._closed.is_set():
            told(obj)


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
