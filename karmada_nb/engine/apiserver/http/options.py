"""Query parameters and DeleteOptions, validated as upstream does.

Follows k8s.io/apimachinery pkg/apis/meta/v1/validation/validation.go.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.http.target import truthy
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions, ListOptions, User
from karmada_nb.engine.errors import Cause, StatusError, bad_request, invalid
from karmada_nb.engine.runtime.client import APPLY_PATCH

NO_QUERY: Final[Mapping[str, str]] = {}
_VALIDATIONS: Final = ("", "Ignore", "Strict", "Warn")
_PROPAGATIONS: Final = ("Foreground", "Background", "Orphan")
_MANAGER_LENGTH: Final = 128


def parse_query(text: str) -> Mapping[str, str]:
    """A query string's parameters; of a repeated one the first counts, as with Go's ``Get``."""
    if not text:
        return NO_QUERY
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, value)
    return found


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        return golang.parse_int(text)
    except ValueError as error:
        raise bad_request(str(error)) from None


def list_options(query: Mapping[str, str], name: str = "") -> ListOptions:
    """Raises 400. ``name``: only the object of this name (a watch of one)."""
    if not query and not name:
        return _EVERYTHING
    fields = query.get("fieldSelector", "")
    if name:
        if fields and f"metadata.name={name}" not in fields.replace("==", "=").split(","):
            raise bad_request("fieldSelector metadata.name doesn't match requested name")
        fields = f"metadata.name={name}" + (f",{fields}" if fields else "")
    timeout = _number(query, "timeoutSeconds")
    initial = query.get("sendInitialEvents")
    return ListOptions(
        label_selector=query.get("labelSelector", ""),
        field_selector=fields,
        limit=max(0, _number(query, "limit") or 0),
        token=query.get("continue", ""),
        resource_version=query.get("resourceVersion", ""),
        match=query.get("resourceVersionMatch", ""),
        send_initial_events=None if initial is None else truthy(initial),
        bookmarks=truthy(query.get("allowWatchBookmarks", "")),
        timeout_seconds=None if not timeout else float(timeout),
    )


_EVERYTHING: Final = ListOptions()


def manager(user_agent: str) -> str:
    """The field manager of a client that names none: its user agent up to the first slash."""
    name = user_agent.partition("/")[0]
    return name[:_MANAGER_LENGTH] if name and name.isprintable() else "unknown"


def call(
    user: User, query: Mapping[str, str], user_agent: str, kind: str = "CreateOptions", patch_type: str = ""
) -> Call:
    """The options of a write. Raises 422 in the name of ``kind``."""
    out = Call(user=user, manager=manager(user_agent), validation="Warn")
    if not query and patch_type != APPLY_PATCH:
        return out
    dry_run = query.get("dryRun")
    validation = query.get("fieldValidation", "")
    named = query.get("fieldManager", "")
    causes: list[Cause] = []
    if patch_type == APPLY_PATCH:
        if not named:
            causes.append(field.required("fieldManager", "is required for apply patch"))
        out.force = truthy(query.get("force", ""))
    elif patch_type and "force" in query:
        causes.append(field.forbidden("force", "may not be specified for non-apply patch"))
    if len(named.encode()) > _MANAGER_LENGTH:
        causes.append(field.too_long("fieldManager", _MANAGER_LENGTH))
    causes += _unprintable(named)
    if dry_run is not None and dry_run != "All":
        causes.append(field.not_supported("dryRun", [dry_run], ["All"]))
    if validation not in _VALIDATIONS:
        causes.append(field.not_supported("fieldValidation", validation, _VALIDATIONS))
    if causes:
        raise invalid("meta.k8s.io", kind, "", causes)
    out.manager = named or out.manager
    out.dry_run = dry_run is not None
    out.validation = validation or "Warn"
    return out


def _unprintable(manager: str) -> list[Cause]:
    """A cause for each character of a manager's name that cannot be shown; positions are bytes."""
    return [
        field.invalid(
            "fieldManager",
            manager,
            f"invalid character U+{ord(char):04X} (at position {len(manager[:at].encode())})",
        )
        for at, char in enumerate(manager)
        if not char.isprintable()
    ]


def delete_options(query: Mapping[str, str], body: Mapping[str, Any]) -> tuple[DeleteOptions, bool]:
    """The options from the body, or without one from the query; and whether it is a dry run.

    Raises 400 and 422.
    """
    source = body or _from_query(query)
    grace, orphan = source.get("gracePeriodSeconds"), source.get("orphanDependents")
    if grace is not None and not isinstance(grace, int):
        raise _mismatch(grace, "gracePeriodSeconds", "int64")
    if orphan is not None and not isinstance(orphan, bool):
        raise _mismatch(orphan, "orphanDependents", "bool")
    propagation = source.get("propagationPolicy")
    if propagation is not None and not isinstance(propagation, str):
        raise _mismatch(propagation, "propagationPolicy", "v1.DeletionPropagation")
    preconditions = source.get("preconditions") or {}
    if not isinstance(preconditions, dict):
        raise _mismatch(preconditions, "preconditions", "v1.Preconditions")
    dry_run = source.get("dryRun") or []
    causes: list[Cause] = []
    if orphan is not None and propagation is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        causes.append(field.invalid("propagationPolicy", propagation, detail))
    if propagation is not None and propagation not in _PROPAGATIONS:
        causes.append(field.not_supported("propagationPolicy", propagation, (*_PROPAGATIONS, "nil")))
    if any(value != "All" for value in dry_run):
        causes.append(field.not_supported("dryRun", dry_run, ["All"]))
    if causes:
        raise invalid("meta.k8s.io", "DeleteOptions", "", causes)
    if orphan is not None:
        propagation = "Orphan" if orphan else "Background"
    return (
        DeleteOptions(
            propagation or "",
            grace,
            preconditions.get("uid") or "",
            preconditions.get("resourceVersion") or "",
        ),
        bool(dry_run),
    )


def _from_query(query: Mapping[str, str]) -> dict[str, Any]:
    if not query:
        return {}
    source: dict[str, Any] = {}
    grace = _number(query, "gracePeriodSeconds")
    if grace is not None:
        source["gracePeriodSeconds"] = grace
    if "propagationPolicy" in query:
        source["propagationPolicy"] = query["propagationPolicy"]
    if "orphanDependents" in query:
        source["orphanDependents"] = truthy(query["orphanDependents"])
    if "dryRun" in query:
        source["dryRun"] = [query["dryRun"]]
    return source


def _mismatch(value: Any, name: str, wanted: str) -> StatusError:
    return bad_request(golang.cannot_unmarshal(value, wanted, f"DeleteOptions.{name}"))
