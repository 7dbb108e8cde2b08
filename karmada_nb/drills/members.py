"""Drills in which a member does not get what the template says: banner, ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.drills.fault import Drill, Values
from karmada_nb.drills.objects import IMAGE, app, counts, policy
from karmada_nb.frames import ready_replicas

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

OVERRIDE: Final = "nearby-registry"
OLD_IMAGE: Final = "nginx:1.24"
NEW_IMAGE: Final = "nginx:1.28"


def odd_one(lab: Lab) -> str:
    """The member that is not like the others."""
    return lab.members()[1]


def _banner(lab: Lab) -> Values:
    overrider = {"component": "Registry", "operator": "replace", "value": "mirror.invalid"}
    rule = {
        "targetCluster": {"clusterNames": [odd_one(lab)]},
        "overriders": {"imageOverrider": [overrider]},
    }
    selector = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "banner"}
    lab.apply(
        {
            "apiVersion": "policy.karmada.io/v1alpha1",
            "kind": "OverridePolicy",
            "metadata": {"name": OVERRIDE, "namespace": "default"},
            "spec": {"resourceSelectors": [selector], "overrideRules": [rule]},
        }
    )
    lab.apply([app("banner", len(lab.members())), policy("banner", lab.members())])
    return {"cluster": odd_one(lab), "image": IMAGE}


def _one_is_missing(lab: Lab, name: str) -> bool:
    """Whether Karmada has heard of all but one replica."""
    template = lab.get(f"deployments/{name}") or {}
    reported = (template.get("status") or {}).get("readyReplicas")
    return bool(reported == len(lab.members()) - 1)


def _banner_shows(lab: Lab) -> bool:
    return counts(lab, "banner")[odd_one(lab)] == (1, 0) and _one_is_missing(lab, "banner")


def _ledger(lab: Lab) -> Values:
    odd = odd_one(lab)
    lab.apply(app("ledger", 1, image=OLD_IMAGE), cluster=odd)
    lab.wait(lambda: ready_replicas(lab.get("deployments/ledger", odd) or {}) == 1, "the old ledger to run")
    lab.apply([app("ledger", len(lab.members()), image=NEW_IMAGE), policy("ledger", lab.members())])
    return {"cluster": odd, "new": NEW_IMAGE, "old": OLD_IMAGE}


def _ledger_shows(lab: Lab) -> bool:
    return _one_is_missing(lab, "ledger")


DRILLS: Final[dict[str, Drill]] = {
    "banner": Drill(
        "banner runs {image} everywhere, the same template for all. Everywhere it is ready but in {cluster}.",
        _banner,
        _banner_shows,
        ("%kmd get deployment banner", "%k2 get deployment banner"),
    ),
    "ledger": Drill(
        "ledger is handed over to Karmada today. The template says {new}, the policy names every cluster; "
        "{cluster} still answers with {old}. Karmada misses a replica, and {cluster} says that it has one.",
        _ledger,
        _ledger_shows,
        ("%kmd get deployment ledger", "%k2 get deployment ledger"),
    ),
}
