"""Observing: right, wrong, and wrong for which reason."""

from karmada_nb import Lab, check
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged

FIRST, SECOND, THIRD = (f"k3d-cluster-{number}" for number in (1, 2, 3))


def fault(cluster: str, registry: str = "registry.invalid") -> Object:
    selector = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy"}
    image = [{"component": "Registry", "operator": "add", "value": registry}]
    rule = {"targetCluster": {"clusterNames": [cluster]}, "overriders": {"imageOverrider": image}}
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "OverridePolicy",
        "metadata": {"name": "pipy-registry", "namespace": "default"},
        "spec": {"resourceSelectors": [selector], "overrideRules": [rule]},
    }


def make_ill(lab: Lab, cluster: str) -> None:
    lab.at("client")
    lab.connect().replace(fault(cluster))

    def waits() -> bool:
        pods = lab.list("pods", cluster=cluster)
        states = [c["state"] for pod in pods for c in pod["status"].get("containerStatuses", ())]
        return any("Image" in state.get("waiting", {}).get("reason", "") for state in states)

    lab.wait(waits, f"{cluster} to be ill", timeout=30)


def says(lab: Lab, outcome: str, words: str, answer: Object) -> None:
    found = check("observe_ill", lab=lab, answer=answer)
    assert (found.outcome, words in found.message) == (outcome, True), found


def test_ill(lab: Lab) -> None:
    lab.at("client")
    says(lab, "not attempted", "No member is ill", {"cluster": SECOND, "reason": "ErrImagePull"})
    make_ill(lab, SECOND)
    judged(lab, "observe_ill", "not attempted", "Put your finding")
    for words, answer in (
        ("Expected the keys", {"cluster": SECOND}),
        ("is no member", {"cluster": "elsewhere", "reason": "ErrImagePull"}),
        (f"waits in {THIRD}", {"cluster": THIRD, "reason": "ErrImagePull"}),
        ("not CrashLoopBackOff", {"cluster": SECOND, "reason": "CrashLoopBackOff"}),
    ):
        says(lab, "wrong", words, answer)
    for reason in ("ErrImagePull", "ImagePullBackOff"):
        says(lab, "right", SECOND, {"cluster": SECOND, "reason": reason})


def test_mend(lab: Lab) -> None:
    make_ill(lab, FIRST)
    judged(lab, "observe_mend", "not attempted", f"still sends {FIRST}")
    karmada = lab.connect()
    karmada.replace(fault(FIRST, "mirror.invalid"))
    becomes(lab, "observe_mend", "wrong", "asks for mirror.invalid/flomesh/pipy")
    policy = lab.get("propagationpolicy/pipy-propagation")
    assert policy is not None
    placement = policy["spec"]["placement"]
    elsewhere = {**placement, "clusterAffinity": {"clusterNames": [SECOND, THIRD]}}
    karmada.patch("propagationpolicies", "pipy-propagation", {"spec": {"placement": elsewhere}})
    becomes(lab, "observe_mend", "wrong", f"pipy is gone from {FIRST}")
    karmada.patch("propagationpolicies", "pipy-propagation", {"spec": {"placement": placement}})
    karmada.delete("overridepolicies", "pipy-registry")
    becomes(lab, "observe_mend", "right", "nothing waits")


def test_mending_leaves_the_template_alone(lab: Lab) -> None:
    make_ill(lab, FIRST)
    template = lab.get("deployments/pipy")
    assert template is not None
    (container,) = template["spec"]["template"]["spec"]["containers"]
    pods = {"spec": {"containers": [{**container, "image": "flomesh/pipy:latest"}]}}
    lab.connect().patch("deployments", "pipy", {"spec": {"template": pods}})
    judged(lab, "observe_mend", "wrong", "It was never ill")
