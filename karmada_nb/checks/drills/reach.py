"""Drills radio and joining: Karmada does not get through to a member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.checks.drills.standing import as_left, begin_first, spread, still
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.clusters import CLUSTERS
from karmada_nb.drills.reach import NOBODY, encoded_authority, unheard, vault
from karmada_nb.frames import condition

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def judge_radio(lab: Lab) -> Finding:
    """radio in every member, and Karmada able to reach them."""
    template, policy, odd = lab.get("deployments/radio"), lab.get("propagationpolicies/radio"), unheard(lab)
    if template is None:
        return begin_first("radio")
    cluster = lab.get(f"{CLUSTERS}/{odd}")
    if cluster is None:
        return wrong("{cluster} is no member any more. It has to come back.", cluster=odd)
    verdict = spread(lab, "radio")
    lost = cluster["spec"].get("apiEndpoint") == NOBODY
    if verdict is not None and not (lost and verdict.outcome == "right"):
        return verdict
    if not lost and condition(cluster, "Ready") != "True":
        return wrong(
            "Karmada has the right address again and waits until {cluster} is steady. Check again in "
            "half a minute.",
            cluster=odd,
        )
    if lost and as_left(template, policy):
        return not_attempted("{cluster} has no radio. Where does Karmada look for it?", cluster=odd)
    if lost:
        return wrong(
            "Karmada still does not reach {cluster}: neither the template nor the policy is the reason. "
            "What does its Work say?",
            cluster=odd,
        )
    return still(lab, "radio")


def judge_joining(lab: Lab) -> Finding:
    """The last member joined, ready, and checked by its certificate."""
    last = lab.members()[-1]
    cluster = lab.get(f"{CLUSTERS}/{last}")
    if not vault(lab).exists():
        return begin_first("joining")
    if cluster is None:
        if encoded_authority() in vault(lab).read_text():
            return not_attempted("{cluster} is no member. Whom does the kubeconfig trust?", cluster=last)
        return wrong(
            "The kubeconfig has changed, and {cluster} has not joined: run karmadactl join again.",
            cluster=last,
        )
    if cluster["spec"].get("insecureSkipTLSVerification"):
        return wrong(
            "{cluster} has joined, and Karmada no longer asks who answers at its address "
            "(insecureSkipTLSVerification). Give it the authority of the cluster instead.",
            cluster=last,
        )
    if condition(cluster, "Ready") != "True":
        return wrong(
            "There is a Cluster object {cluster}, and it is not ready: Karmada does not get in.", cluster=last
        )
    return right("{cluster} has joined and is ready.", cluster=last)


EXERCISES: Final[dict[str, Exercise]] = {
    "drill-radio": Exercise(
        judge_radio,
        (
            'lab.objects("deployment/radio") shows which Work is not applied; its conditions say why.',
            "Compare the cluster's spec.apiEndpoint with the server in your kubeconfig of it.",
            "Patch the Cluster object's spec.apiEndpoint, or let the cluster go and join it again.",
        ),
        'endpoint = lab.connect("k3d-cluster-2").endpoint\n'
        '%kmd patch cluster k3d-cluster-2 --type merge -p \'{"spec":{"apiEndpoint":"$endpoint"}}\'',
    ),
    "drill-joining": Exercise(
        judge_joining,
        (
            "The error is of TLS: who answers is not vouched for by whom the kubeconfig trusts.",
            "Compare certificate-authority-data with that of %k3 config view --raw.",
            "Write the right authority into the file, and join again.",
        ),
        'vault = lab.kubeconfig("k3d-cluster-3").with_name("vault.kubeconfig")\n'
        'good = lab.kubeconfig("k3d-cluster-3")\n'
        "vault.write_text(good.read_text())\n"
        "%karmadactl --kubeconfig /etc/karmada/karmada-apiserver.config "
        "join k3d-cluster-3 --cluster-kubeconfig=$vault\n"
        'lab.wait("cluster/k3d-cluster-3", ready=True)',
    ),
}
