"""Every creation of a built-in object that was recorded: defaults, allocation, refusals, word by word."""

from typing import Any

import pytest

from .recorded import pick, plain, posted, resource_of, scenario, server

SCENARIOS = (
    "batch",
    "deployment-lifecycle",
    "ingress-hpa-pdb",
    "invalid-names",
    "namespaces",
    "nodes-events-leases",
    "pods",
    "quota-limits",
    "rbac",
    "secrets-accounts",
    "services",
    "storage-endpoints",
    "workloads",
)
NOT_OF_KINDS = {
    "wrong kind": "decoding's",
    "wrong apiVersion": "decoding's",
    "new event without fields": "named after the group that stores events",
    "address is taken": "takes an address from an answer",
    "nothing can be created": "follows a deletion",
    "escalation": "authorization's",
    "one configmap too many": "counts the root certificate, which a controller writes",
    "dry run counts too": "counts the root certificate as well",
}
"""Recorded creations whose answer is not the kind's own."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_creations(name: str) -> None:
    api = server()
    wrong: list[str] = []
    checked = 0
    for step in scenario(name):
        result = step.get("result") or {}
        if "POST" not in step or not isinstance(step.get("body"), dict) or "each" in step:
            continue
        if step.get("name") in NOT_OF_KINDS or "headers" in step or resource_of(api, step["POST"]) is None:
            continue
        got = posted(api, step)
        checked += 1
        for path, want, found in compared(step, result["body"], got):
            if want != found:
                wrong.append(f"{step['name']}: {path}\n  want {want}\n  got  {found}")
    assert checked
    assert not wrong, "\n".join(wrong)


def compared(step: dict[str, Any], want: Any, got: Any) -> list[tuple[str, Any, Any]]:
    if "pick" in step:
        simple = [path for path in step["pick"] if "[*]" not in path and "=" not in path]
        return [(path, plain(want[path]), pick(got, path)) for path in simple]
    want = plain(want)
    for hidden in ("uid", "creationTimestamp"):
        for obj in (want, got):
            obj.get("metadata", {}).pop(hidden, None)
    for path in step.get("ignore", ()):
        part, _, name = path.partition(".")
        got.get(part, {}).pop(name, None)
    return [("", want, got)]
