"""The exercises of the course, by the names that the notebooks use."""

from typing import Final

from karmada_nb.checks import (
    choosing,
    clusters,
    crossing,
    drills,
    dying,
    fleet,
    observing,
    overriding,
    placing,
    sharing,
    spreading,
    traffic,
    weighing,
)
from karmada_nb.checks.verdict import Exercise

EXERCISES: Final[dict[str, Exercise]] = {
    "start": Exercise(
        clusters.judge_start,
        (
            "The magic for the first member is %k1.",
            "kubectl create configmap takes a name and one or more --from-literal=key=value.",
        ),
        "%k1 create configmap hello --from-literal=from=notebook",
    ),
    "why": Exercise(
        clusters.judge_why,
        (
            "The template stays in Karmada's API server, and each chosen cluster gets one of its own.",
            "The weights add up to five, so the heavier cluster gets four fifths of ten.",
        ),
        "deployments = 3\npods = 8",
        needs_lab=False,
    ),
    "clusters": Exercise(
        clusters.judge_clusters,
        (
            "One magic speaks to one cluster, so you need two commands.",
            "create deployment NAME --image IMAGE",
        ),
        "%k1 create deployment by-hand --image nginx\n%k2 create deployment by-hand --image nginx",
    ),
    "install": Exercise(
        clusters.judge_install,
        ("Karmada's API server answers to %kmd, its host to %k0.",),
        "%kmd create configmap note --from-literal=kept=here",
    ),
    "join": Exercise(
        clusters.judge_join,
        (
            "Cluster objects live in Karmada's API server.",
            "kubectl label takes a kind, a name and key=value.",
        ),
        "%kmd label cluster k3d-cluster-3 location=edge",
    ),
    "deploy": Exercise(
        placing.judge_deploy,
        ("Use the magic that speaks to Karmada.", "create deployment knows --image and --replicas."),
        "%kmd create deployment web --image nginx --replicas 2",
    ),
    "propagation": Exercise(
        placing.judge_copies,
        (
            "The opposite of Divided is Duplicated.",
            "It stands in spec.placement.replicaScheduling.replicaSchedulingType of the policy.",
        ),
        "%kmd scale deploy pipy --replicas 2\n"
        "%kmd patch propagationpolicy pipy-propagation --type merge "
        '-p \'{"spec":{"placement":{"replicaScheduling":{"replicaSchedulingType":"Duplicated"}}}}\'',
    ),
    "scale": Exercise(
        placing.judge_weights,
        (
            "Scaling alone keeps the weights equal and gives two each.",
            "Weights 3, 2 and 1 add up to six, so that nothing is left over.",
        ),
        "%kmd scale deploy pipy --replicas 6\n"
        'policy = lab.get("propagationpolicy/pipy-propagation")\n'
        'scheduling = policy["spec"]["placement"]["replicaScheduling"]\n'
        'scheduling["replicaSchedulingType"] = "Divided"\n'
        'for rule, weight in zip(scheduling["weightPreference"]["staticWeightList"], (3, 2, 1)):\n'
        '    rule["weight"] = weight\n'
        "lab.apply(policy)",
    ),
    "client": Exercise(
        traffic.judge_clients,
        (
            "One replica that is divided between two clusters leaves one of them without.",
            "Either have two replicas and equal weights, or give every cluster the full number.",
        ),
        'policy = lab.get("propagationpolicy/curl-propagation")\n'
        'policy["spec"]["placement"] = {\n'
        '    "clusterAffinity": {"clusterNames": ["k3d-cluster-1", "k3d-cluster-3"]},\n'
        '    "replicaScheduling": {"replicaSchedulingType": "Duplicated"},\n'
        "}\n"
        "lab.apply(policy)",
    ),
    "closing": Exercise(
        traffic.judge_closing,
        (
            "You cannot connect the clusters, but you decide where replicas go.",
            "Give k3d-cluster-3 a greater weight than the others.",
        ),
        'policy = lab.get("propagationpolicy/pipy-propagation")\n'
        'rules = policy["spec"]["placement"]["replicaScheduling"]["weightPreference"]["staticWeightList"]\n'
        'rules[2]["weight"] = 30\n'
        "lab.apply(policy)",
    ),
    "editions": Exercise(
        placing.judge_editions,
        (
            "Write the claims 5/1, 5/3, 5/5, then 3/1, 3/3, then 1/1, and take the four greatest.",
            "Where claims are equal, the cluster with fewer seats comes first.",
        ),
        'answer = webster(4, {"k3d-cluster-1": 5, "k3d-cluster-2": 3, "k3d-cluster-3": 1})',
        needs_lab=False,
    ),
    "following": Exercise(
        traffic.judge_following,
        (
            "The selector needs apiVersion v1, kind ConfigMap and the name.",
            "What has no replicas needs no replicaScheduling: clusterAffinity is enough.",
        ),
        "%kmd create configmap colours --from-literal=sky=blue\n"
        'selector = {"apiVersion": "v1", "kind": "ConfigMap", "name": "colours"}\n'
        'placement = {"clusterAffinity": {"clusterNames": ["k3d-cluster-2"]}}\n'
        "lab.apply({\n"
        '    "apiVersion": "policy.karmada.io/v1alpha1",\n'
        '    "kind": "PropagationPolicy",\n'
        '    "metadata": {"name": "colours", "namespace": "default"},\n'
        '    "spec": {"resourceSelectors": [selector], "placement": placement},\n'
        "})",
    ),
    **sharing.EXERCISES,
    **weighing.EXERCISES,
    **spreading.EXERCISES,
    **choosing.EXERCISES,
    **overriding.EXERCISES,
    **dying.EXERCISES,
    **drills.EXERCISES,
    **crossing.EXERCISES,
    **fleet.EXERCISES,
    **observing.EXERCISES,
}
