"""Manifests: reading them with messages that help, and the patch that applies one over what stands."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import yaml

from karmada_nb.failures import ManifestError
from karmada_nb.language import say

Object = dict[str, Any]
Manifest = str | Mapping[str, Any] | Sequence[Mapping[str, Any]]

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
SERVERS: Final = frozenset(
    ("resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink")
)
"""Metadata that the server writes: in an object that was read, it is no wish."""
_HINTS: Final = (
    ("\t", "YAML is indented with spaces; replace the tab"),
    (": ", "a value that contains ': ' needs quotes around it"),
    ("", "look at the indentation of this line and the one above it"),
)


def parse(manifest: Manifest) -> list[Object]:
    """The objects of YAML text, a dict or a list of dicts. Raises ManifestError, with the line to look at."""
    if isinstance(manifest, str):
        documents = _read(manifest)
    elif isinstance(manifest, Mapping):
        documents = [manifest]
    else:
        documents = list(manifest)
    objects: list[Object] = []
    for number, document in enumerate(documents, 1):
        if document is None:
            continue
        where = say("document {number}", number=number) if len(documents) > 1 else say("the manifest")
        if not isinstance(document, Mapping):
            raise ManifestError(
                "expected {where} to be an object with apiVersion, kind and metadata, found {kind} {text!r}. "
                "Is a ':' missing?",
                where=where,
                kind=type(document).__name__,
                text=str(document)[:40],
            )
        found = dict(document)
        objects += (
            parse(found.get("items") or []) if found.get("kind") == "List" else [_checked(found, where)]
        )
    return objects


def _read(text: str) -> list[Any]:
    try:
        return list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            raise ManifestError("the manifest is not YAML: {error}", error=error.problem) from None
        lines = text.splitlines()
        line = lines[mark.line] if mark.line < len(lines) else ""
        hint = next(text for sign, text in _HINTS if sign in line)
        raise ManifestError(
            "line {number} of the manifest is not YAML: {problem}.\n"
            "  {number} | {line}\n  To fix it: {hint}.",
            number=mark.line + 1,
            problem=error.problem,
            line=line,
            hint=say(hint),
        ) from None
    except yaml.YAMLError as error:
        raise ManifestError("the manifest is not YAML: {error}", error=error) from None


def _checked(found: Object, where: str) -> Object:
    for key in ("apiVersion", "kind"):
        if not isinstance(found.get(key), str) or not found[key]:
            raise ManifestError(
                "{where} has no {key}; found {others}. Add a line such as {example}",
                where=where,
                key=key,
                others=", ".join(found) or say("nothing"),
                example=_EXAMPLES[key],
            )
    metadata = found.get("metadata")
    if not isinstance(metadata, Mapping) or not (metadata.get("name") or metadata.get("generateName")):
        raise ManifestError(
            "{where} ({kind}) has no metadata.name. Is `name:` indented below `metadata:`?",
            where=where,
            kind=found["kind"],
        )
    return found


_EXAMPLES: Final = {"apiVersion": "`apiVersion: apps/v1`", "kind": "`kind: Deployment`"}


def annotated(obj: Object) -> Object:
    """The object, remembering how it was applied, as kubectl apply does it."""
    metadata = {key: value for key, value in obj["metadata"].items() if key not in SERVERS}
    annotations = metadata.get("annotations") or {}
    metadata["annotations"] = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
    plain = {key: value for key, value in obj.items() if key != "status"} | {"metadata": metadata}
    said = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode() + "\n"
    metadata["annotations"] = {**metadata["annotations"], LAST_APPLIED: said}
    return {**plain, "metadata": metadata}


def patch(wanted: Object, live: Object) -> Object:
    """The merge patch that brings ``live`` to ``wanted``; empty if it is there already.

    What was applied before and is not wanted any more goes; what others set stays. Lists count as one value.
    """
    before = (live["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    try:
        previous = orjson.loads(before) if before else {}
    except orjson.JSONDecodeError:
        previous = {}
    return _changes(annotated(wanted), previous, live)


def _changes(wanted: Mapping[str, Any], previous: Mapping[str, Any], live: Mapping[str, Any]) -> Object:
    changes: Object = {key: None for key in previous if key not in wanted and key in live}
    for key, value in wanted.items():
        now = live.get(key)
        if isinstance(value, Mapping) and isinstance(now, Mapping):
            before = previous.get(key)
            inner = _changes(value, before if isinstance(before, Mapping) else {}, now)
            if inner:
                changes[key] = inner
        elif not _covers(now, value) and value is not None:
            changes[key] = value
    return changes


def _covers(now: Any, wanted: Any) -> bool:
    """Whether ``now`` is ``wanted``, plus what the server filled in."""
    if isinstance(wanted, Mapping) and isinstance(now, Mapping):
        return all(v is None or (k in now and _covers(now[k], v)) for k, v in wanted.items())
    if isinstance(wanted, list) and isinstance(now, list):
        return len(wanted) == len(now) and all(map(_covers, now, wanted))
    return bool(now == wanted)


def pod_selector(workload: Mapping[str, Any]) -> str:
    """A workload's own selector, as ``kubectl get -l`` takes it; of what is to match only the labels."""
    labels = ((workload["spec"].get("selector") or {}).get("matchLabels")) or {}
    return ",".join(f"{key}={value}" for key, value in labels.items())


def replica_count(obj: Mapping[str, Any]) -> int:
    """How many replicas an object asks for; 1 where it does not say."""
    said = (obj.get("spec") or {}).get("replicas")
    return 1 if said is None else int(said)
