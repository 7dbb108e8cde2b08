"""``python -m benchmarks.scheduling``: bindings a second, decided in process by the scheduler's own code."""

import argparse
import time
from datetime import UTC, datetime
from typing import Any

from karmada_nb.engine.karmada.scheduler.estimator import general_estimate
from karmada_nb.engine.karmada.scheduler.flow import Surroundings, schedule_binding


def cluster(number: int) -> dict[str, Any]:
    """A member that is ready and has room."""
    return {
        "apiVersion": "cluster.karmada.io/v1alpha1",
        "kind": "Cluster",
        "metadata": {"name": f"member-{number:03}", "labels": {"zone": f"z{number % 3}"}},
        "spec": {"syncMode": "Push"},
        "status": {
            "apiEnablements": [
                {"groupVersion": "apps/v1", "resources": [{"kind": "Deployment", "name": "deployments"}]}
            ],
            "conditions": [{"type": "Ready", "status": "True"}],
            "resourceSummary": {"allocatable": {"cpu": "64", "memory": "256Gi", "pods": "1000"}},
        },
    }


def binding(number: int, scheduling: dict[str, Any]) -> dict[str, Any]:
    """A workload that nobody has scheduled yet."""
    return {
        "apiVersion": "work.karmada.io/v1alpha2",
        "kind": "ResourceBinding",
        "metadata": {"name": f"app-{number}-deployment", "namespace": "default", "generation": 1},
        "spec": {
            "resource": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "namespace": "default",
                "name": f"app-{number}",
                "uid": f"00000000-0000-4000-8000-{number:012}",
            },
            "replicas": 1 + number % 20,
            "replicaRequirements": {"resourceRequest": {"cpu": "100m", "memory": "128Mi"}},
            "placement": {"replicaScheduling": scheduling},
        },
    }


def static(members: int) -> dict[str, Any]:
    rules = [
        {"targetCluster": {"clusterNames": [f"member-{n:03}"]}, "weight": 1 + n % 5} for n in range(members)
    ]
    return {
        "replicaSchedulingType": "Divided",
        "replicaDivisionPreference": "Weighted",
        "weightPreference": {"staticWeightList": rules},
    }


DYNAMIC = {
    "replicaSchedulingType": "Divided",
    "replicaDivisionPreference": "Weighted",
    "weightPreference": {"dynamicWeight": "AvailableReplicas"},
}
AGGREGATED = {"replicaSchedulingType": "Divided", "replicaDivisionPreference": "Aggregated"}
DUPLICATED = {"replicaSchedulingType": "Duplicated"}


def rate(members: int, scheduling: dict[str, Any], count: int) -> float:
    """Bindings a second of CPU time; every one must be placed."""
    clusters = [cluster(n) for n in range(members)]
    around = Surroundings(clusters, general_estimate, datetime.now(UTC))
    wanted = [binding(n, scheduling) for n in range(count)]
    began = time.process_time()
    for item in wanted:
        if schedule_binding(item, around).error is not None:
            raise RuntimeError(f"expected {item['metadata']['name']} to be placed, found it was not")
    return count / (time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scheduling")
    parser.add_argument("--bindings", type=int, default=2000)
    count = parser.parse_args().bindings
    for members in (3, 100):
        kinds = {
            "static": static(members),
            "dynamic": DYNAMIC,
            "aggregated": AGGREGATED,
            "duplicated": DUPLICATED,
        }
        for name, scheduling in kinds.items():
            found = rate(members, scheduling, count if members == 3 else count // 10)
            print(f"{members:4} members, {name:10} {found:10.0f} bindings a second")


if __name__ == "__main__":
    main()
