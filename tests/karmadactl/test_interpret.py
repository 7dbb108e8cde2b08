"""``karmadactl interpret`` prints what Karmada's own program printed for the same files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from karmada_nb.karmadactl import main

CUSTOMIZATION = """
apiVersion: config.karmada.io/v1alpha1
kind: ResourceInterpreterCustomization
metadata:
  name: foo
spec:
  target: {apiVersion: example.io/v1, kind: Foo}
  customizations:
    replicaResource:
      luaScript: |
        function GetReplicas(o)
          print("hi", 1)
          return o.spec.replicas, {resourceRequest={cpu="1000m"}}
        end
    replicaRevision: {luaScript: "function ReviseReplica(o, n) o.spec.replicas = n return o end"}
    healthInterpretation: {luaScript: "function InterpretHealth(o) return true end"}
    retention: {luaScript: "function Retain(d, o) d.spec.x = o.spec.replicas return d end"}
    statusReflection: {luaScript: "function ReflectStatus(o) return {a=1,b={1,2},c='x'} end"}
    statusAggregation: {luaScript: "function AggregateStatus(o, i) o.status = {n=#i} return o end"}
    componentResource: {luaScript: "function GetComponents(o) return {{name='a',replicas=2}} end"}
"""
OBJECT = """
apiVersion: example.io/v1
kind: Foo
metadata: {name: foo, namespace: demo}
spec: {replicas: 3, text: "a\\nb\\n", yes: "yes", num: "1", e: {}, l: []}
"""
STATUSES = "clusterName: a\nstatus: {x: 1}\n---\nclusterName: b\n"
HEAD = "apiVersion: example.io/v1\nkind: Foo\nmetadata:\n  name: foo\n  namespace: demo\nspec:\n"
REST = '  num: "1"\n  replicas: {}\n  text: |\n    a\n    b\n  "true": "yes"\n'
EMPTY = "  e: {}\n  l: []\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("c.yaml", CUSTOMIZATION), ("o.yaml", OBJECT), ("s.yaml", STATUSES)):
        Path(name).write_text(text)


def interpret(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(("interpret", *words), out, err), out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("operation", "given", "printed"),
    [
        ("interpretReplica", "observed", 'hi\t1\n---\n# [1/2] replica:\n3\n---\n# [2/2] requires:\n'
         'resourceRequest:\n  cpu: "1"\n'),
        ("InterpretComponent", "observed", "---\n# [1/1] components:\n- name: a\n  replicas: 2\n"),
        ("reviseReplica", "desired", f"---\n# [1/1] revised:\n{HEAD}{EMPTY}{REST.format(5)}"),
        ("interpretStatus", "observed", "---\n# [1/1] status:\na: 1\nb:\n- 1\n- 2\nc: x\n"),
        ("AGGREGATESTATUS", "observed",
         f'---\n# [1/1] aggregatedStatus:\n{HEAD}{REST.format(3)}status:\n  "n": 2\n'),
        ("interpretHealth", "observed", "---\n# [1/1] healthy:\ntrue\n"),
        ("retain", "desired observed", f"---\n# [1/1] retained:\n{HEAD}{EMPTY}{REST.format(3)}  x: 3\n"),
    ],
)  # fmt: skip
def test_a_rule_is_run(operation: str, given: str, printed: str) -> None:
    named = [word for file in given.split() for word in (f"--{file}-file", "o.yaml")]
    more = ["--status-file", "s.yaml", "--desired-replica", "5"]
    assert interpret("-f", "c.yaml", "--operation", operation, *named, *more) == (0, printed, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["retain", "--observed-file", "o.yaml"], "Retain error: desired, desired-file options are not set"),
        (["interpretHealth"], "InterpretHealth error: desired-file, observed-file options are not set"),
        (["interpretHealth", "--observed-file", "o.yaml", "--desired-file", "o.yaml"],
         "InterpretHealth error: you can not specify both desired-file and observed-file options"),
        (["interpretDependency", "--observed-file", "o.yaml"],
         "InterpretDependency error: rule is not enabled"),
    ],
)  # fmt: skip
def test_a_rule_that_fails_says_so(words: list[str], said: str) -> None:
    assert interpret("-f", "c.yaml", "--operation", *words) == (0, "", f"Execute {said}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--operation", "foo"], "error: operation foo is not supported. Use one of: Retain, "
         "InterpretReplica, InterpretComponent, ReviseReplica, InterpretStatus, AggregateStatus, "
         "InterpretHealth, InterpretDependency"),
        ([], "error: operation is not set for executing"),
        (["--check", "--edit"], "error: you can't set both --check and --edit options"),
    ],
)  # fmt: skip
def test_wrong_words(words: list[str], said: str) -> None:
    assert interpret("-f", "c.yaml", *words) == (1, "", f"{said}\n")


def test_without_a_file() -> None:
    assert interpret("--check")[0] == 1


def test_checking() -> None:
    code, out, _ = interpret("-f", "c.yaml", "--check")
    _, source, target, rulers, *rules = out.splitlines()
    assert (code, source, target, rulers) == (0, "SOURCE: foo", "TARGET: example.io/v1 Foo   ", "RULERS:")
    assert rules[0] == "    Retain:                 PASS"
    assert rules[-1] == "    InterpretDependency:    UNSET"
    Path("c.yaml").write_text(CUSTOMIZATION.replace("return true end", "return"))
    code, out, _ = interpret("-f", "c.yaml", "--check")
    assert code == 1
    assert "    InterpretHealth:        ERROR: <string>:1: 'end' expected near <eof>" in out.splitlines()


def test_editing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBE_EDITOR", "sed -i s/true/false/")
    code, out, _ = interpret("-f", "c.yaml", "--edit")
    assert (code, out) == (0, "resourceinterpretercustomization.config.karmada.io/foo edited\n")
    assert "InterpretHealth(o) return false end" in Path("c.yaml").read_text()
    printed = "---\n# [1/1] healthy:\nfalse\n"
    run = ("--operation", "interpretHealth", "--observed-file", "o.yaml")
    assert interpret("-f", "c.yaml", *run) == (0, printed, "")
    monkeypatch.setenv("KUBE_EDITOR", "true")
    assert interpret("-f", "c.yaml", "--edit", "--show-doc") == (0, "", "Edit cancelled, no changes made.\n")
