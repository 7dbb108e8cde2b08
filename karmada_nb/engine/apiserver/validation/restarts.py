"""When a single container is started anew.

Follows validateContainerRestartPolicy in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_POLICIES: Final = ("Always", "Never", "OnFailure")
_ACTIONS: Final = ("Restart", "RestartAllContainers")
_MOST_RULES: Final = 20
_MOST_CODES: Final = 255


def validate_restarts(container: Object, path: str, *, first: bool = False) -> list[Cause]:
    """``first``: of an init container, where the rules are looked at only beside a policy."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    causes: list[Cause] = []
    if policy is None:
        if not rules:
            return []
        why = "must specify restartPolicy when restart rules are used"
        causes.append(field.required(f"{path}.restartPolicy", why))
        if first:
            return causes
    elif policy not in _POLICIES:
        causes.append(field.not_supported(f"{path}.restartPolicy", policy, _POLICIES))
    if len(rules) > _MOST_RULES:
        causes.append(field.too_many(f"{path}.restartPolicyRules", len(rules), _MOST_RULES))
    for index, rule in enumerate(rules):
        causes += _rule(rule, f"{path}.restartPolicyRules[{index}]")
    return causes


def _rule(rule: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if rule.get("action", "") not in _ACTIONS:
        causes.append(field.not_supported(f"{path}.action", rule.get("action", ""), _ACTIONS))
    codes, at = rule.get("exitCodes"), f"{path}.exitCodes"
    if codes is None:
        return [*causes, field.required(at, "must be specified")]
    if codes.get("operator", "") not in ("In", "NotIn"):
        causes.append(field.not_supported(f"{at}.operator", codes.get("operator", ""), ("In", "NotIn")))
    if len(codes.get("values") or ()) > _MOST_CODES:
        causes.append(field.too_many(f"{at}.values", len(codes["values"]), _MOST_CODES))
    return causes
