"""Drills in which Karmada does not get through to a member: radio, joining."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from karmada_nb.clusters import CLUSTERS
from karmada_nb.drills.fault import Drill, Values
from karmada_nb.drills.objects import app, policy, running

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

NOBODY: Final = "https://127.0.0.1:9"
"""The port of a service that no system of today offers."""
OTHER_AUTHORITY: Final = b"""-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIUPW5NB3Qv5H4OlAdLyK3WSvTmG58wCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVa3ViZXJuZXRlcy1jYS1vZi0yMDE5MCAXDTI2MTEyMzA5Mzgw
MFoYDzIxMjYxMDMwMDkzODAwWjAgMR4wHAYDVQQDDBVrdWJlcm5ldGVzLWNhLW9m
LTIwMTkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR/BbAmm8GUzi4g3HFUNmAf
/zKAjauVcNJ6CrgVzVPDCFS2vd572nhCr6VtPCacNHEjiYSfyjGgpSGzSz95+2Ds
o1MwUTAdBgNVHQ4EFgQU+DKeLVxGg59ZJS+7LeVXN7rleEUwHwYDVR0jBBgwFoAU
+DKeLVxGg59ZJS+7LeVXN7rleEUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD
AgNIADBFAiEAvMFppAmOf8Iqpep1A+FcIAUaISv2yK6zDUHi4MYO918CIEUZTwDv
r4cV4oD2+5BPZ2/PdbF/W4SjqcKi3Ny5sY5Q
-----END CERTIFICATE-----
"""
"""A certificate authority that has signed nothing; its key was never kept."""


def unheard(lab: Lab) -> str:
    """The member that radio does not reach."""
    return lab.members()[1]


def _radio(lab: Lab) -> Values:
    # The scheduler that v1.2 installs would give the replica to others after a while, and hide the fault.
    lab.flag("karmada-scheduler", "--feature-gates=Failover=false")
    lab.connect().patch(CLUSTERS, unheard(lab), {"spec": {"apiEndpoint": NOBODY}}, None)
    lab.apply([app("radio", len(lab.members())), policy("radio", lab.members())])
    return {"cluster": unheard(lab)}


def _radio_shows(lab: Lab) -> bool:
    template = lab.get("deployments/radio") or {}
    reported = (template.get("status") or {}).get("readyReplicas")
    return reported == len(lab.members()) - 1 and running(lab, "radio") == [
        int(member != unheard(lab)) for member in lab.members()
    ]


def encoded_authority() -> str:
    """The foreign authority as a kubeconfig has it."""
    return base64.b64encode(OTHER_AUTHORITY).decode()


def vault(lab: Lab) -> Path:
    """The kubeconfig with which the last member is to join."""
    return lab.kubeconfig(lab.members()[-1]).with_name("vault.kubeconfig")


def _joining(lab: Lab) -> Values:
    last = lab.members()[-1]
    lab.unjoin(last, show=False)
    kubeconfig = yaml.safe_load(lab.kubeconfig(last).read_text())
    for entry in kubeconfig["clusters"]:
        cluster = {key: value for key, value in entry["cluster"].items() if "certificate" not in key}
        entry["cluster"] = {**cluster, "certificate-authority-data": encoded_authority()}
    path = vault(lab)
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(kubeconfig, width=100_000))
    return {"cluster": last, "file": str(path), "karmada": str(lab.kubeconfig())}


def _joining_shows(lab: Lab) -> bool:
    return lab.members()[-1] not in lab.joined()


DRILLS: Final[dict[str, Drill]] = {
    "radio": Drill(
        "We put radio on the air, a replica for each cluster. {cluster} has none. What it had before goes on "
        "running there.",
        _radio,
        _radio_shows,
        ("%kmd get deployment radio", "%k2 get deployment radio"),
        changes_clusters=True,
    ),
    "joining": Drill(
        "{cluster} was set up anew and has to join again. I took its kubeconfig from the vault, {file}, and "
        "it does not join.",
        _joining,
        _joining_shows,
        (
            "%karmadactl --kubeconfig '{karmada}' join {cluster} --cluster-kubeconfig='{file}'",
            "%kmd get clusters",
        ),
        changes_clusters=True,
    ),
}
