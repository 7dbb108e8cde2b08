"""A lab on the embedded engine, as a reader uses it."""

import threading
from pathlib import Path

import pytest

from karmada_nb import Lab, LabError, check, requests
from karmada_nb.failures import ManifestError
from tests.conftest import free_base_port

pytestmark = pytest.mark.slow

MEMBERS = ["k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3"]
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""


def test_nothing_is_imported_behind_an_open_lab(lab: Lab, lab_dir: Path) -> None:
    """Imports from two threads at once can lock each other out, and the reader sees the traceback."""
    Lab.open(state_dir=lab_dir)
    assert "imports" not in {thread.name for thread in threading.enumerate()}


def test_bare_clusters(lab: Lab) -> None:
    lab.at("clusters")
    found = lab.clusters()
    assert found["cluster"].tolist() == ["control-plane", *MEMBERS]
    assert found["role"].tolist() == ["host", "member", "member", "member"]
    assert (found["nodes"] == 2).all()
    assert (found["ready"] == 2).all()
    assert not found["joined"].any()
    assert set(found["version"]) == {"v1.23.8+k3s2"}
    with pytest.raises(LabError, match=r"not installed yet.*lab\.init\(\)"):
        lab.get("deployment/web")


def test_a_lab_that_runs_is_found(lab: Lab, lab_dir: Path) -> None:
    lab.at("clusters")
    assert Lab.open(state_dir=lab_dir).clusters()["endpoint"].tolist() == lab.clusters()["endpoint"].tolist()
    with pytest.raises(LabError, match="found edition article"):
        Lab.open(state_dir=lab_dir, edition="current")


def test_init_and_join_do_nothing_where_it_is_done(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    lab.at("install")
    lab.init()
    lab.join("k3d-cluster-1")
    said = capfd.readouterr().out
    assert "Karmada is installed successfully." in said
    assert "cluster(k3d-cluster-1) is joined successfully" in said
    lab.init()
    lab.join("k3d-cluster-1")
    assert capfd.readouterr().out == ""
    assert lab.clusters()["joined"].tolist() == [False, True, False, False]
    lab.unjoin("k3d-cluster-1")
    assert lab.joined() == []


def test_apply_get_wait_delete_in_one_cluster(lab: Lab) -> None:
    lab.at("deploy")
    applied = lab.apply(WEB, cluster="k3d-cluster-1")
    assert repr(applied) == "deployment.apps/web created"
    lab.wait("deployment/web", ready=2, cluster="k3d-cluster-1")
    assert repr(lab.apply(WEB, cluster="k1")) == "deployment.apps/web unchanged"
    changed = lab.apply(WEB.replace("replicas: 2", "replicas: 1"), cluster="k3d-cluster-1")
    assert changed[0]["spec"]["replicas"] == 1
    assert [pod["kind"] for pod in lab.list("pods", cluster="k3d-cluster-1")][:1] == ["Pod"]
    assert lab.delete("deployment/web", cluster="k3d-cluster-1")
    lab.wait("deployment/web", gone=True, cluster="k3d-cluster-1")
    assert not lab.delete("deployment/web", cluster="k3d-cluster-1")


KINDS = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kinds}
spec:
  selector: {matchLabels: {app: kinds}}
  template:
    metadata: {labels: {app: kinds}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: kinds}
spec: {ports: [{port: 80}], selector: {app: kinds}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: kinds}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: once, image: busybox, command: ["true"]}]}
"""


def test_a_wait_knows_when_each_kind_is_ready(lab: Lab) -> None:
    lab.at("deploy")
    member = "k3d-cluster-1"
    lab.apply(KINDS, cluster=member)
    for word in ("job", "service", "daemonset"):
        lab.wait(f"{word}/kinds", ready=True, cluster=member)
    # One pod on each of the two nodes; the Service selects both.
    assert len(lab.list("pods", member, labels="app=kinds")) == 2
    with pytest.raises(LabError, match="found: service/kinds has ready endpoints: 2"):
        lab.wait("service/kinds", ready=3, cluster=member, timeout=0.1)
    for word in ("job", "service", "daemonset"):
        lab.delete(f"{word}/kinds", cluster=member)


def test_manifests_that_are_wrong_say_so(lab: Lab) -> None:
    lab.at("deploy")
    with pytest.raises(ManifestError, match="line 2"):
        lab.apply("kind: A\n\tmetadata: b")
    with pytest.raises(LabError, match=r'unknown field "spec\.replica"'):
        lab.apply(WEB.replace("replicas", "replica"))
    with pytest.raises(LabError, match="knows no kind PropagationPolicy"):
        lab.apply(
            {
                "apiVersion": "policy.karmada.io/v1alpha1",
                "kind": "PropagationPolicy",
                "metadata": {"name": "p"},
            },
            cluster="k3d-cluster-1",
        )


def test_a_wait_that_fails_says_what_was_expected_and_found_and_how_to_look(lab: Lab) -> None:
    lab.at("propagation")
    with pytest.raises(LabError) as caught:
        lab.wait("deployment/pipy", ready=2, timeout=0.1)
    said = str(caught.value)
    assert "expected deployment/pipy to have 2 ready within 0.1 s" in said
    assert "found: deployment/pipy has 0 of 2 replicas ready" in said
    assert f"kubectl --kubeconfig {lab.kubeconfig()} get deployment/pipy" in said


def test_where_replicas_are(lab: Lab) -> None:
    lab.at("scale")
    found = lab.distribution("deployment/pipy")
    assert found.values.tolist() == [[MEMBERS[0], 1, 1], [MEMBERS[1], 1, 1], [MEMBERS[2], 0, 0]]
    pods = lab.distribution("deployment/pipy", by="pod")
    assert pods["cluster"].tolist() == MEMBERS[:2]
    assert pods["pod"].str.startswith("pipy-").all()
    assert lab.chart_distribution("deployment/pipy").karmada_nb_text.startswith("deployment/pipy has 2 of 2")


def test_the_chain_of_objects(lab: Lab) -> None:
    lab.at("client")
    found = lab.objects("deployment/pipy")
    stages = ["template", "policy", "binding", *["work"] * 3, *["member"] * 3]
    assert found["stage"].tolist() == stages
    assert found["status"].tolist()[-1] == "1/1 ready"
    assert found["name"].tolist()[1:3] == ["pipy-propagation", "pipy-deployment"]


def test_the_article_s_warning_is_among_the_events(lab: Lab) -> None:
    lab.at("propagation")
    lab.wait(lambda: len(lab.events("deployment/pipy")), "an event")
    found = lab.events("deployment/pipy")
    assert found[["type", "reason", "from", "message"]].values.tolist() == [
        ["Warning", "ApplyPolicyFailed", "resource-detector", "No policy match for resource"]
    ]


def test_requests_stay_in_their_cluster(lab: Lab) -> None:
    lab.at("traffic")
    answers = lab.request(n=2, cluster="k3d-cluster-3")
    assert list(answers.columns) == ["pod", "cluster", "ok", "seconds", "error"]
    assert answers["ok"].all()
    assert set(answers["cluster"]) == {"k3d-cluster-3"}
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 2}})
    lab.wait(lambda: lab.distribution("deployment/pipy")["ready"].tolist() == [1, 1, 0], "two replicas")
    failed = lab.request(n=1, cluster="k3d-cluster-3")
    assert not failed["ok"].any()
    assert "curl: (7)" in failed["error"].iloc[0]


def test_commands_in_pods(lab: Lab) -> None:
    lab.at("traffic")
    assert lab.exec("k3d-cluster-3", "app=curl", ["sh", "-c", "echo out; echo err >&2; exit 3"]) == (
        "out\n",
        "err\n",
        3,
    )
    with pytest.raises(LabError, match="expected a Ready pod with app=nobody in k3d-cluster-3, found no pod"):
        lab.exec("k3d-cluster-3", "app=nobody", ["true"])


def test_why_a_command_in_a_pod_could_not_run(lab: Lab) -> None:
    member = lab.connect("k3d-cluster-1")
    with pytest.raises(
        LabError,
        match=r'^the command true could not run in nobody of k3d-cluster-1: pods "nobody" not found$',
    ):
        requests.run(member, "nobody", ["true"])


def test_history_is_recorded_as_it_happens(lab: Lab) -> None:
    lab.at("client")
    with lab.record("deployment/pipy") as history:
        lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 6}})
        lab.wait(lambda: lab.distribution("deployment/pipy")["ready"].sum() == 6, "six replicas")
    last = history.frame.groupby("cluster").last()
    assert last["ready"].tolist() == [2, 2, 2]
    assert history.frame["seconds"].min() < 1
    assert "from 1 to 2" in lab.chart_history(history.frame).karmada_nb_text


def test_attaching_to_what_runs_leaves_what_others_made(lab: Lab) -> None:
    lab.at("scale")
    lab.apply(WEB)
    attached = Lab.attach(lab.kubeconfig(), {name: lab.kubeconfig(name) for name in MEMBERS})
    assert attached.edition == "article"
    attached.at("propagation")
    assert attached.get("deployment/web") is not None
    assert attached.list("propagationpolicies") == []
    attached.at("install")
    assert attached.joined() == MEMBERS
    with pytest.raises(LabError, match="here before the lab"):
        attached.reset()
    attached.stop()
    assert lab.installed()
    lab.at("deploy")
    assert lab.get("deployment/web") is None


def test_the_article_s_names_are_the_members_of_any_fleet(lab: Lab) -> None:
    lab.at("propagation")
    attached = Lab.attach(lab.kubeconfig(), {"east": lab.kubeconfig("k1"), "west": lab.kubeconfig("k2")})
    made = attached.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: n}, data: {a: k3d-cluster-2}}")
    assert made[0]["data"] == {"a": "west"}
    assert attached.connect("k3d-cluster-1").kubeconfig == lab.kubeconfig("k3d-cluster-1")


def test_a_reset_gives_bare_clusters(lab: Lab) -> None:
    lab.at("scale")
    lab.reset()
    assert not lab.installed()
    assert lab.list("deployments", cluster="k3d-cluster-1") == []
    assert check("start", lab=lab).outcome == "not attempted"


def test_a_second_lab_of_the_other_edition_runs_beside_it(lab: Lab, tmp_path: Path) -> None:
    lab.at("propagation")
    with Lab.start(
        state_dir=tmp_path / "today", edition="current", members=2, base_port=free_base_port()
    ) as today:
        today.at("scale")
        assert today.edition == "current"
        assert today.members() == MEMBERS[:2]
        assert today.distribution("deployment/pipy")["ready"].tolist() == [1, 1]
        warnings = [
            row for row in today.events("deployment/pipy")["message"] if row.startswith("No policy match")
        ]
        assert warnings == []
    assert not today.installed()
    assert lab.get("deployment/pipy") is not None


def test_explain_tells_why_each_cluster_got_what_it_got(lab: Lab) -> None:
    lab.at("scale")
    page = str(lab.explain("deployment/pipy"))
    assert "k3d-cluster-3: weight 10 gives 0 rounded down" in page
    assert page.rstrip().endswith("Result: k3d-cluster-1 1, k3d-cluster-2 1, k3d-cluster-3 0")


def test_explain_says_which_bindings_there_are_where_there_is_none_of_the_name(lab: Lab) -> None:
    lab.at("scale")
    with pytest.raises(LabError, match="expected a binding nope-deployment in default"):
        lab.explain("deployment/nope")
