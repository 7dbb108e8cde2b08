"""What the lessons of the article's path, and the two behind it, show."""

import re
from collections.abc import Callable

from tests.notebooks.conftest import Ran

ALL_THREE = ["k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3"]


def start_here(ran: Ran) -> None:
    assert len(ran.rows("clusters")) == 4
    assert "v1.23.8+k3s2" in ran.text("version")
    assert ran.text("keep-nodes").startswith("node/")
    assert 'pods "nobody" not found' in ran.text("fail-pod")
    assert ran.text("fail-code") == "1"


def why_many_clusters(ran: Ran) -> None:
    assert "'cluster-1': 3, 'cluster-2': 2, 'cluster-3': 1" in ran.text("replicas-predict")


def create_clusters(ran: Ran) -> None:
    assert len(ran.rows("clusters")) == 4
    addresses = re.findall(r"https://[\d.]+:\d+", ran.text("ask-clusters"))
    assert len(set(addresses)) == 4
    assert 'namespaces "only-here" not found' in ran.text("apart-create")
    assert ran.found("apart-create") == "False"


def install_karmada(ran: Ran) -> None:
    assert "karmada-system" not in ran.text("before-namespaces")
    pods = ran.text("pods-get")
    for part in ("etcd", "karmada-apiserver", "karmada-controller-manager", "karmada-scheduler"):
        assert part in pods
    assert ran.found("nodes-predict") == "0"
    assert "propagationpolicies" in ran.text("kinds-policy")
    assert "resourcebindings" in ran.text("kinds-work")
    assert "No resources found" in ran.text("empty-clusters")


def join_clusters(ran: Ran) -> None:
    for number in (1, 2, 3):
        assert f"cluster(k3d-cluster-{number}) is joined successfully" in ran.text(f"join-{number}")
    head, *rows = ran.text("list-wide").strip().splitlines()
    assert head.split() == ["NAME", "VERSION", "MODE", "READY", "AGE", "APIENDPOINT"]
    assert [row.split()[:4] for row in rows] == [[name, "v1.23.8+k3s2", "Push", "True"] for name in ALL_THREE]
    for name in ALL_THREE:
        assert f"karmada-es-{name}" in ran.text("left-karmada-namespaces")
    assert "karmada-k3d-cluster-1" in ran.text("left-member-accounts")


def deploy_without_policy(ran: Ran) -> None:
    assert "deployment.apps/pipy created" in ran.text("application-apply")
    assert "service/pipy created" in ran.text("application-apply")
    assert ran.text("get-deployment").splitlines()[1].split()[:4] == ["pipy", "0/2", "0", "0"]
    assert "ApplyPolicyFailed" in ran.text("describe-deployment")
    assert "No policy match for resource" in ran.text("describe-events")
    assert ran.text("members-get").count("No resources found in default namespace.") == 3
    assert ran.placement("table-chart") == ["0/0", "0/0", "0/0"]
    assert ran.pictures("table-chart") == 1


def propagation_policy(ran: Ran) -> None:
    assert "pipy-propagation created" in ran.text("policy-apply")
    for number, ready in ((1, "1/1"), (2, "1/1"), (3, "0/0")):
        assert ran.text(f"members-{number}").splitlines()[1].split()[:2] == ["pipy", ready]
    assert ran.placement("members-chart") == ["1/1", "1/1", "0/0"]
    assert ran.placement("scale-chart") == ["1/1", "1/1", "1/1"]
    assert "deployment.apps/pipy scaled" in ran.text("scale-run")
    assert re.search(r"pipy-\S+ +1/1 +Running", ran.text("scale-pods"))
    for cell in ("members-chart", "chain-chart", "scale-chart"):
        assert ran.pictures(cell) == 1
    assert [row[-2:] for row in ran.rows("seats-remainder")] == [["1", "1"], ["1", "1"], ["0", "0"]]
    assert ran.outputs["sliders-widget"]


def client_and_requests(ran: Ran) -> None:
    assert ran.placement("policy-chart") == ["0/0", "0/0", "1/1"]
    home = next(row[-1] for row in ran.rows("start-distribution") if row[0] == "k3d-cluster-3")
    assert ran.text("request-one").strip() == home
    answers = [row for row in ran.rows("request-many") if len(row) > 2]
    assert [row[:3] for row in answers] == [[home, "k3d-cluster-3", "True"]] * 5
    assert ran.pictures("request-many") == 1


def closing_question(ran: Ran) -> None:
    assert ran.text("works-client").strip().startswith("pipy-")
    assert ran.placement("question-chart") == ["1/1", "1/1", "0/0"]
    for cell in ("fails-once", "fails-told"):
        assert "command terminated with exit code 7" in ran.text(cell)
    assert "curl: (7)" in ran.text("fails-told")
    assert ran.found("fails-compare") == "0"
    first, third = (line.split()[1] for line in ran.text("why-endpoints").splitlines() if "pipy" in line)
    assert re.fullmatch(r"[\d.]+:8080", first)
    assert third == "<none>"
    assert ran.pictures("question-chart") == ran.pictures("fails-many") == 1


def two_editions(ran: Ran) -> None:
    assert "No policy match for resource" in ran.text("warning-yours")
    assert "No policy match" not in ran.text("warning-today")
    assert "APIENDPOINT" in ran.text("wide-yours")
    assert "API-ENDPOINT" in ran.text("wide-today")
    yours, today = zip(*ran.rows("policy-deployments"), strict=True)
    assert yours == ("1", "1", "1")
    assert sorted(today) == ["0", "1", "1"]
    assert ran.rows("compare-floor")[1][:6] == ["0", "1", "1", "2", "1", "2"]
    assert ran.rows("compare-webster")[1][:6] == ["0", "1", "1", "1", "2", "2"]


def following_one_object(ran: Ran) -> None:
    assert '"propagationpolicy.karmada.io/name":"pipy-propagation"' in ran.text("template-labels")
    assert ran.text("binding-clusters").split() == [word for name in ALL_THREE for word in (name, "1")]
    assert "work.karmada.io/name" in ran.text("member-labels")
    assert ran.found("owner-compare") == "1"
    assert ran.text("status-template").strip() == "3"
    assert ran.placement("delete-policy-look") == ["1/1", "1/1", "1/1"]
    assert "pipy" not in ran.text("delete-template-look").replace("pipy-service", "")


SEEN: dict[str, Callable[[Ran], None]] = {
    "00_start_here": start_here,
    "01_why_many_clusters": why_many_clusters,
    "02_create_clusters": create_clusters,
    "03_install_karmada": install_karmada,
    "04_join_clusters": join_clusters,
    "05_deploy_without_policy": deploy_without_policy,
    "06_propagation_policy": propagation_policy,
    "07_client_and_requests": client_and_requests,
    "08_summary_and_closing_question": closing_question,
    "09_two_editions": two_editions,
    "10_following_one_object": following_one_object,
}
