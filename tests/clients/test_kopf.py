"""An operator of the Kopf framework, in a process of its own, against a member cluster."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from karmada_nb.tools import kubectl_path

pytestmark = pytest.mark.slow

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: greetings.example.org}
spec:
  scope: Namespaced
  group: example.org
  names: {kind: Greeting, plural: greetings, singular: greeting}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {to: {type: string}}}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
GREETING = "{apiVersion: example.org/v1, kind: Greeting, metadata: {name: first}, spec: {to: reader}}"


class Kubectl:
    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        self._command = [kubectl_path(), "--kubeconfig", str(kubeconfig), "-n", namespace]

    def __call__(self, *words: str, text: str = "") -> str:
        done = subprocess.run(
            [*self._command, *words], input=text, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def kubectl(kubeconfig: Path, namespace: str) -> Iterator[Kubectl]:
    run = Kubectl(kubeconfig, namespace)
    run("apply", "-f", "-", text=DEFINITION)
    run("wait", "--for=condition=Established", "crd/greetings.example.org", "--timeout=30s")
    yield run
    run("delete", "crd", "greetings.example.org")


@pytest.fixture
def operator(kubectl: Kubectl, kubeconfig: Path, namespace: str, tmp_path: Path) -> Iterator[Path]:
    log = tmp_path / "operator.log"
    command = [sys.executable, "-m", "kopf", "run", str(Path(__file__).with_name("operator_kopf.py"))]
    command += ["--standalone", "-n", namespace]
    env = {**os.environ, "KUBECONFIG": str(kubeconfig)}
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env)
        yield log
        process.terminate()
        assert process.wait(30) == 0, log.read_text()


def test_kopf_operator(kubectl: Kubectl, operator: Path) -> None:
    kubectl("apply", "-f", "-", text=GREETING)
    kubectl("wait", "greeting/first", "--for=jsonpath={.status.create.said}=hello, reader", "--timeout=30s")
    assert "kopf" in kubectl("get", "greeting", "first", "-o", "jsonpath={.metadata.finalizers}")
    kubectl("patch", "greeting", "first", "--type=merge", "-p", '{"spec":{"to":"listener"}}')
    said = "listener instead of reader"
    kubectl(
        "wait", "greeting/first", f"--for=jsonpath={{.status.update/spec\\.to.said}}={said}", "--timeout=30s"
    )
    kubectl("delete", "greeting", "first", "--timeout=30s")
    assert "Traceback" not in operator.read_text()
