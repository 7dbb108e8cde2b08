"""Runs a scenario's steps against a server; each step's answer comes back normalised."""

import json
import os
import random
import re
import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yaml

from tests.conformance.access import Access
from tests.conformance.normalise import Normaliser
from tests.conformance.paths import MISSING, find
from tests.conformance.scenario import VERBS, Step

PATCHES: Final = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
Answered = Iterator[tuple[Step, Any]]
_STRUCTURED: Final = re.compile(r"(?:-o|--output)[ =]?(json|yaml)\b(?!path)")


class Replay:
    """One run of one scenario, in a namespace of its own. ``patience`` bounds each wait, in seconds."""

    def __init__(
        self, access: Access, kubectl: Path, scenario: dict[str, Any], folder: Path, patience: float
    ) -> None:
        self._access = access
        self._kubectl = kubectl
        self._scenario = scenario
        self._patience = patience
        self._namespace = "cf" + "".join(random.choices("abcdeghijklmnopqrstuvwxyz", k=8))
        self._variables: dict[str, Any] = {"ns": self._namespace}
        self._made: list[str] = []
        self._normaliser = Normaliser(self._namespace, access.url, json.dumps(scenario["steps"]))
        self._folder = folder
        access.context["namespace"] = self._namespace
        (folder / "kubeconfig").write_text(json.dumps(access.config))

    def run(self) -> Answered:
        """Each step with its normalised answer; everything made is deleted at the end."""
        self._access.json("POST", "/api/v1/namespaces", {"metadata": {"name": self._namespace}})
        base = f"/api/v1/namespaces/{self._namespace}"
        for path in ("/serviceaccounts/default", "/configmaps/kube-root-ca.crt"):
            self._poll(base + path, lambda status, _: status == 200, 5)
        try:
            for step in self._scenario["steps"]:
                yield from self._step(step)
        finally:
            for path in [*self._made, *map(self._filled, self._scenario.get("cleanup", ()))]:
                self._access.json("DELETE", path)
            self._access.json("DELETE", base)

    def _filled(self, value: Any) -> Any:
        """A part of a step with the variables put in."""
        if isinstance(value, str):
            value = re.sub(r"\$\{pad:(\d+)\}", lambda m: "x" * int(m[1]), value)
            return re.sub(r"\$\{(\w+)\}", lambda m: str(self._variables.get(m[1], m[0])), value)
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if isinstance(value, dict):
            return {self._filled(k): v if k == "do" else self._filled(v) for k, v in value.items()}
        return value

    def _step(self, raw: Step) -> Answered:
        step, inner = self._filled(raw), list[tuple[Step, Any]]()
        verb = next((v for v in VERBS if v in step), "")
        try:
            if verb:
                answer = self._request(verb, step)
            elif "wait" in step:
                answer = self._wait(step)
            elif "watch" in step:
                answer = self._watch(step, inner)
            elif "kubectl" in step:
                answer = self._command(step, inner)
            else:
                time.sleep(step["sleep"])
                return
        except (OSError, ValueError, KeyError, TypeError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        yield raw, answer
        yield from inner

    def _request(self, verb: str, step: Step) -> Any:
        body, headers = step.get("body"), {"Accept": "application/json", **step.get("headers", {})}
        if body is not None:
            kind = PATCHES[step["patch"]] if "patch" in step else "application/json"
            headers.setdefault("Content-Type", kind)
            body = body if isinstance(body, str) else json.dumps(body)
        connection, response = self._access.open(verb, step[verb], body, headers, step.get("auth"))
        data, kind = response.read(), response.getheader("Content-Type", "")
        connection.close()
        obj = _parsed(data, kind)
        for name, path in step.get("capture", {}).items():
            self._variables[name] = find(obj, path)
        metadata = obj.get("metadata") or {} if isinstance(obj, dict) else {}
        created = verb in ("POST", "PATCH") and response.status == 201
        if created and "name" in metadata and "namespace" not in metadata:
            path = step[verb].split("?")[0]
            self._made.append(f"{path}/{metadata['name']}" if verb == "POST" else path)
        answer = {"status": response.status, "type": kind, "body": self._normaliser.shape(step, obj)}
        warnings = response.headers.get_all("Warning")
        return {**answer, "warnings": list(map(self._normaliser.text, warnings))} if warnings else answer

    def _poll(self, path: str, done: Callable[[int, Any], bool], timeout: float) -> bool:
        end = time.monotonic() + timeout
        while not (met := done(*self._access.json("GET", path))) and time.monotonic() < end:
            time.sleep(0.1)
        return met

    def _wait(self, step: Step) -> Any:
        wanted, seen = step.get("value", MISSING), dict[str, Any](status=0, last=None)

        def done(status: int, obj: Any) -> bool:
            found = find(obj, step["for"]) if "for" in step else MISSING
            seen.update(status=status, last=None if found is MISSING else found)
            if "status" in step or "for" not in step:
                return bool(status == step.get("status", 200))
            if wanted is MISSING:
                return found is not MISSING
            return json.dumps(found, default=str) == json.dumps(wanted)

        met = self._poll(step["wait"], done, min(step.get("timeout", 30), self._patience))
        return {"wait": "met"} if met else {"wait": "timed out", **seen}

    def _watch(self, step: Step, inner: list[tuple[Step, Any]]) -> Any:
        events: list[Any] = []
        over, limit = threading.Event(), step.get("timeout", 15)
        connection, response = self._access.open(
            "GET", step["watch"], None, step.get("headers", {}), step.get("auth"), limit
        )
        if response.status != 200:
            body = self._normaliser.shape(step, json.loads(response.read()))
            return {"status": response.status, "body": body}
        stream = connection.sock

        def read() -> None:
            with suppress(OSError, ValueError, AttributeError):
                while len(events) < step.get("count", 1 << 30) and (line := response.readline()):
                    events.append(self._event(step, json.loads(line)))
            over.set()

        threading.Thread(target=read, daemon=True).start()
        for nested in step.get("do", ()):
            inner.extend(self._step(nested))
        over.wait(limit)
        with suppress(OSError, AttributeError):
            stream.shutdown(socket.SHUT_RDWR)
        return {"status": response.status, "events": list(events)}

    def _event(self, step: Step, event: Any) -> list[Any]:
        kind, obj = event["type"], event["object"]
        if step.get("objects") or kind in ("ERROR", "BOOKMARK"):
            return [kind, self._normaliser.shape(step, obj)]
        return [kind, self._normaliser.text(obj.get("metadata", {}).get("name", ""))]

    def _command(self, step: Step, inner: list[tuple[Step, Any]]) -> Any:
        for name, content in step.get("files", {}).items():
            text = content if isinstance(content, str) else yaml.safe_dump(content)
            (self._folder / name).write_text(text)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "KUBECONFIG": str(self._folder / "kubeconfig"),
            "KUBECACHEDIR": str(self._folder / "cache"),
            "TZ": "UTC",
            **step.get("env", {}),
        }
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [str(self._kubectl), *shlex.split(step["kubectl"])],
            cwd=self._folder, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=pipe,
        )  # fmt: skip
        if "do" in step:
            time.sleep(step.get("settle", 1.5))
            for nested in step["do"]:
                inner.extend(self._step(nested))
        said = step.get("stdin", "")
        try:
            text = said if isinstance(said, str) else yaml.safe_dump(said)
            out, err = process.communicate(text, step.get("timeout", 60))
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        if "save" in step:
            self._variables[step["save"]] = out.strip()
        return self._printed(step, process.returncode, out, err)

    def _printed(self, step: Step, code: int, out: str, err: str) -> Any:
        drop, shown = step.get("drop", ()), str(self._folder)
        out, err = out.replace(shown, "<dir>"), err.replace(shown, "<dir>")
        form = _STRUCTURED.search(step["kubectl"])
        stdout: Any = None
        if form and code == 0 and not step.get("raw"):
            docs = list(yaml.safe_load_all(out)) if form[1] == "yaml" else [json.loads(out)]
            stdout = self._normaliser.shape(step, docs[0] if len(docs) == 1 else docs)
        else:
            stdout = self._normaliser.lines(out, drop)
        return {"exit": code, "stdout": stdout, "stderr": self._normaliser.lines(err, drop)}


def _parsed(data: bytes, kind: str) -> Any:
    try:
        if "yaml" in kind:
            return yaml.safe_load(data)
        return json.loads(data) if "json" in kind else data.decode().splitlines()
    except ValueError:
        return {"binary": data[:4].hex()}
