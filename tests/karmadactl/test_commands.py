"""The other commands, on labs of both editions with Karmada and two members."""

import json
from pathlib import Path

import pytest

from tests.karmadactl.conftest import Site

POLICY = """
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata:
  name: web
spec:
  resourceSelectors:
    - apiVersion: apps/v1
      kind: Deployment
      name: web
  placement:
    clusterAffinity:
      clusterNames: [k3d-cluster-1, k3d-cluster-2]
"""
CLUSTERS = ("k3d-cluster-1", "k3d-cluster-2")


@pytest.fixture(scope="module")
def web(joined: Site) -> Site:
    """A deployment in both members, one replica each; in the first, another that is not Karmada's."""
    joined.kubectl(joined.karmada, "create", "deployment", "web", "--image=nginx")
    joined.kubectl(joined.karmada, "apply", "-f", "-", given=POLICY)
    joined.kubectl(joined.member(1), "create", "deployment", "own", "--image=nginx")
    for index in (1, 2):
        for name in ("own", "web") if index == 1 else ("web",):
            words = ("wait", f"deployment/{name}", "--for=create", "--timeout=30s")
            joined.kubectl(joined.member(index), *words)
            joined.kubectl(joined.member(index), "rollout", "status", f"deployment/{name}", "--timeout=30s")
    ready = ("wait", "deployment/web", "--for=jsonpath={.status.readyReplicas}=2", "--timeout=30s")
    joined.kubectl(joined.karmada, *ready)
    return joined


def table(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_get_over_karmada_and_all_members(web: Site) -> None:
    said = web.call("get", "deployments", "--operation-scope=all")
    assert said.code == 0, said.err
    header, *rows = table(said.out)
    assert header == ["NAME", "CLUSTER", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "ADOPTION"]
    assert [(row[0], row[1], row[2], row[6]) for row in rows] == [
        ("web", "Karmada", "2/1", "-"),
        ("own", "k3d-cluster-1", "1/1", "N"),
        ("web", "k3d-cluster-1", "1/1", "Y"),
        ("web", "k3d-cluster-2", "1/1", "Y"),
    ]


def test_get_looks_where_its_edition_does(web: Site) -> None:
    clusters = {row[1] for row in table(web.call("get", "deploy", "web").out)[1:]}
    assert clusters == (set(CLUSTERS) if web.edition == "article" else {"Karmada"})


def test_get_of_one_member(web: Site) -> None:
    said = web.call("get", "pods", "-s", "members", "-C", "k3d-cluster-2", "-l", "app=web")
    header, row = table(said.out)
    assert header == ["NAME", "CLUSTER", "READY", "STATUS", "RESTARTS", "AGE"]
    assert row[1:4] == ["k3d-cluster-2", "1/1", "Running"]


def test_get_in_all_namespaces(web: Site) -> None:
    header, *rows = table(web.call("get", "deploy", "-A", "-s", "members").out)
    assert header[:3] == ["NAMESPACE", "NAME", "CLUSTER"]
    assert ["default", "web", "k3d-cluster-1"] in [row[:3] for row in rows]


def test_get_as_json_is_the_object(web: Site) -> None:
    said = web.call("get", "deployment", "web", "-s", "karmada", "-o", "json")
    assert json.loads(said.out)["metadata"]["name"] == "web"


def test_get_names(web: Site) -> None:
    said = web.call("get", "deployment", "-s", "members", "-C", "k3d-cluster-1", "-o", "name")
    assert said.out.splitlines() == ["deployment.apps/own", "deployment.apps/web"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["deploy", "none"], 'error: cluster(Karmada): deployments.apps "none" not found\n'),
        (["nothings"], 'error: cluster(Karmada): the server doesn\'t have a resource type "nothings"\n'),
    ],
)
def test_get_of_what_is_not_there(web: Site, words: list[str], complaint: str) -> None:
    said = web.call("get", *words, "-s", "karmada")
    assert (said.code, said.out, said.err) == (1, "", complaint)


def test_get_from_a_cluster_that_is_not_joined(web: Site) -> None:
    said = web.call("get", "pods", "-s", "members", "-C", "k3d-cluster-9")
    assert said.code == 1
    assert said.err.startswith("error: clusters don't exist: k3d-cluster-9\n")
    assert "k3d-cluster-1" in said.err


def test_get_of_nothing_says_so(web: Site) -> None:
    said = web.call("get", "jobs", "-s", "members")
    assert (said.code, said.err) == (0, "No resources found in default namespace.\n")


def test_an_unknown_scope_is_refused(web: Site) -> None:
    said = web.call("get", "pods", "-s", "moon")
    expected = (
        'error: invalid argument "moon" for "-s, --operation-scope" flag: not support OperationScope: moon\n'
    )
    assert said.err.startswith(expected)


def test_cordon_and_uncordon(web: Site) -> None:
    said = [web.call(verb, "k3d-cluster-1") for verb in ("cordon", "cordon", "uncordon", "uncordon")]
    assert [one.out for one in said] == [
        "k3d-cluster-1 cluster cordoned\n",
        "k3d-cluster-1 cluster already cordoned\n",
        "k3d-cluster-1 cluster uncordoned\n",
        "k3d-cluster-1 cluster already uncordoned\n",
    ]


def test_cordon_puts_karmadas_taint_on(web: Site) -> None:
    web.call("cordon", "k3d-cluster-2")
    found = web.kubectl(
        web.karmada, "get", "cluster", "k3d-cluster-2", "-o", "jsonpath={.spec.taints[*].key}"
    )
    assert found == "cluster.karmada.io/unschedulable"
    web.call("uncordon", "k3d-cluster-2")


def test_cordon_of_an_unknown_cluster(web: Site) -> None:
    said = web.call("cordon", "nobody")
    assert said.code == 1
    assert said.err == 'Error from server (NotFound): clusters.cluster.karmada.io "nobody" not found\n'


def test_taint(web: Site) -> None:
    on = web.call("taint", "clusters", *CLUSTERS, "zone=a:NoSchedule")
    assert on.out == "cluster/k3d-cluster-1 tainted\ncluster/k3d-cluster-2 tainted\n"
    again = web.call("taint", "clusters", "k3d-cluster-1", "zone=b:NoSchedule")
    assert again.code == 1
    assert "already has zone taint(s) with same effect(s) and --overwrite is false" in again.err
    off = web.call("taint", "clusters", *CLUSTERS, "zone-")
    assert off.out == "cluster/k3d-cluster-1 untainted\ncluster/k3d-cluster-2 untainted\n"


def test_logs_and_exec_reach_a_member(web: Site) -> None:
    pod = table(web.call("get", "pods", "-s", "members", "-C", "k3d-cluster-1", "-l", "app=web").out)[1][0]
    assert "nginx" in web.call("logs", pod, "-C", "k3d-cluster-1").out
    words = ("exec", pod, "--operation-scope=members", "--cluster=k3d-cluster-1", "--", "hostname")
    said = web.call(*words)
    assert (said.code, said.out) == (0, f"{pod}\n")


def test_logs_need_a_cluster(web: Site) -> None:
    assert web.call("logs", "pod").err == "error: must specify a cluster\n"


def test_describe_at_karmada_and_at_a_member(web: Site) -> None:
    assert "2 desired" not in web.call("describe", "deployment", "own", "-s", "karmada").out
    said = web.call("describe", "deployment", "own", "-s", "members", "-C", "k3d-cluster-1")
    assert said.out.startswith("Name:                   own\n")


def test_describe_at_a_member_that_is_not_named(web: Site) -> None:
    assert web.call("describe", "pods", "-s", "members").err == "error: must specify a member cluster\n"


def test_api_resources_and_versions(web: Site) -> None:
    assert "propagationpolicies" in web.call("api-resources").out
    versions = web.call("api-versions", "-s", "members", "--cluster", "k3d-cluster-1").out.splitlines()
    assert "apps/v1" in versions
    assert "policy.karmada.io/v1alpha1" not in versions


def test_kubectls_own_commands_go_to_karmada(web: Site) -> None:
    assert web.call("create", "configmap", "note", "--from-literal=a=b").out == "configmap/note created\n"
    assert web.call("label", "configmap", "note", "kind=test").out == "configmap/note labeled\n"
    assert web.call("annotate", "configmap", "note", "kind=test").out == "configmap/note annotated\n"
    patched = web.call("patch", "configmap", "note", "-p", '{"data":{"a":"c"}}')
    assert patched.out == "configmap/note patched\n"
    assert web.call("delete", "configmap", "note").out == 'configmap "note" deleted from default namespace\n'


def test_apply_to_named_members_makes_a_policy(web: Site, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n")
    said = web.call("apply", "-f", str(file), "-C", "k3d-cluster-2")
    assert said.code == 0, said.err
    first, second = said.out.splitlines()
    assert first == "configmap/settings created"
    assert second.startswith("propagationpolicy.policy.karmada.io/settings-")
    web.kubectl(web.member(2), "wait", "configmap/settings", "--for=create", "--timeout=30s")


def test_apply_to_an_unknown_member(web: Site) -> None:
    said = web.call("apply", "-f", "x", "--cluster", "nobody")
    assert said.code == 1
    assert said.err.startswith("error: cluster nobody does not exist\n")


def test_promote_takes_over_what_runs(web: Site) -> None:
    web.kubectl(web.member(1), "create", "configmap", "legacy", "--from-literal=a=b")
    said = web.call("promote", "configmap", "legacy", "-C", "k3d-cluster-1")
    assert said.code == 0, said.err
    last = 'Resource "/v1, Resource=configmaps"(default/legacy) is promoted successfully'
    assert said.out.splitlines()[-1] == last
    assert "legacy" in web.kubectl(web.karmada, "get", "configmap", "-o", "name")
    policies = web.kubectl(web.karmada, "get", "propagationpolicies", "-o", "name")
    assert "propagationpolicy.policy.karmada.io/legacy-" in policies


def test_promote_of_what_is_not_there(web: Site) -> None:
    said = web.call("promote", "configmap", "nothing", "-C", "k3d-cluster-1")
    assert said.code == 1
    assert said.err == (
        "error: failed to get resource in cluster(k3d-cluster-1). err: "
        "the configmap or nothing don't exist in cluster(k3d-cluster-1)\n"
    )


def test_promote_can_only_show(web: Site) -> None:
    said = web.call("promote", "deployment", "own", "-C", "k3d-cluster-1", "-o", "yaml")
    assert "kind: Deployment" in said.out
    assert "kind: PropagationPolicy" in said.out
    assert "uid:" not in said.out
    names = web.kubectl(web.karmada, "get", "deployments", "-o", "name").splitlines()
    assert "deployment.apps/own" not in names


def test_a_member_that_is_cut_off_is_told_from_the_others(web: Site) -> None:
    broken = {"spec": {"apiEndpoint": "https://127.0.0.1:1"}}
    before = web.kubectl(web.karmada, "get", "cluster", "k3d-cluster-2", "-o", "jsonpath={.spec.apiEndpoint}")
    words = ("patch", "cluster", "k3d-cluster-2", "--type=merge", "-p")
    web.kubectl(web.karmada, *words, json.dumps(broken))
    try:
        said = web.call("get", "deploy", "web", "-s", "members")
    finally:
        web.kubectl(web.karmada, *words, json.dumps({"spec": {"apiEndpoint": before}}))
    assert said.code == 1
    assert [row[1] for row in table(said.out)[1:]] == ["k3d-cluster-1"]
    assert "basic connection test to cluster(k3d-cluster-2) failed" in said.err


def test_top_tells_of_pods_and_of_their_sum(web: Site) -> None:
    said = web.call("top", "pods", "--sum", "-C", "k3d-cluster-1")
    assert said.code == 0, said.err
    header, *rows, line, total = said.out.splitlines()
    assert header.split() == ["NAME", "CLUSTER", "CPU(cores)", "MEMORY(bytes)"]
    shown = [row.split() for row in rows]
    assert [row[0].split("-")[0] for row in shown] == ["own", "web"]
    assert line.split() == ["________", "________"]
    cpu = sum(int(row[2].removesuffix("m")) for row in shown)
    assert total.split()[0] == f"{cpu}m"


def test_top_tells_containers_and_namespaces_apart(web: Site) -> None:
    said = web.call("top", "po", "-A", "--containers", "-l", "app=own")
    header, row = table(said.out)
    assert header[:4] == ["NAMESPACE", "POD", "NAME", "CLUSTER"]
    assert [row[0], *row[2:4]] == ["default", "nginx", "k3d-cluster-1"]


def test_top_tells_of_nodes(web: Site) -> None:
    header, *rows = table(web.call("top", "node").out)
    assert header == ["NAME", "CLUSTER", "CPU(cores)", "CPU%", "MEMORY(bytes)", "MEMORY%"]
    assert [row[1] for row in rows] == list(CLUSTERS)
    assert all(row[3].endswith("%") and row[5].endswith("%") for row in rows)


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("pod", "none", "-C", "k3d-cluster-1"), 1, 'error: cluster(k3d-cluster-1): pods "none" not found\n'),
        (("pod", "-n", "kube-public"), 0, "No resources found in kube-public namespace.\n"),
        (("pod", "--sort-by", "age"), 1, "error: --sort-by accepts only cpu or memory\n"),
        (("pod", "a", "-l", "b"), 1, "error: only one of NAME or selector can be provided\n"),
        (("moon",), 1, "error: unknown command \"moon\"\nSee 'karmadactl top -h' for help and examples\n"),
    ],
)
def test_top_of_what_is_not_there(web: Site, words: tuple[str, ...], code: int, complaint: str) -> None:
    said = web.call("top", *words)
    assert (said.code, said.out, said.err) == (code, "", complaint)


def test_a_list_in_json_is_as_the_real_one_prints_it(web: Site) -> None:
    said = web.call("get", "jobs", "-s", "karmada", "-o", "json")
    assert said.out.endswith('"resourceVersion": "",\n        "selfLink": ""\n    }\n}\n')
    assert json.loads(said.out)["items"] == []


def test_no_failure_shows_in_the_exit_code_of_yaml(web: Site) -> None:
    said = web.call("get", "deploy", "none", "-s", "karmada", "-o", "yaml")
    assert (said.code, said.out) == (0, "")
    assert 'deployments.apps "none" not found' in said.err


def test_what_kubectl_complains_of_is_karmadactls(web: Site) -> None:
    said = web.call("describe", "-s", "karmada")
    assert 'Use "karmadactl api-resources"' in said.err
    assert "kubectl" not in said.err


def test_explain_looks_into_a_member_too(web: Site) -> None:
    words = ("--operation-scope=members", "--cluster=k3d-cluster-1")
    assert web.call("explain", "deployments", *words).out.startswith("GROUP:      apps\n")
    assert web.call("explain", "propagationpolicies", *words).code == 1


def test_a_server_of_ones_own_is_refused(web: Site) -> None:
    said = web.call("label", "-s", "members", "deploy", "web", "a=b")
    complaint = "error: unknown shorthand flag: 's' in -s\nSee 'karmadactl label --help' for usage.\n"
    assert (said.code, said.err) == (1, complaint)
