"""What is said to a reader is said in the language of the notebook."""

import os
import socket
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner

from karmada_nb import Lab, check
from karmada_nb.charts import chart, distribution, objects
from karmada_nb.cli.group import group
from karmada_nb.engine.karmada.scheduler.explain import explain
from karmada_nb.failures import LabError
from karmada_nb.frames import OBJECTS, by_cluster, frame
from karmada_nb.karmadactl.placement_text import render
from karmada_nb.language import language, say, sentences
from karmada_nb.waiting import Timeout, until
from tests.engine.karmada.scheduler.samples import MEMBERS, around, binding, cluster, static

VARIABLE, SESSION = "KARMADA_NB_LANGUAGE", "JPY_SESSION_NAME"


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv(SESSION, raising=False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/course/notebooks/06_propagation_policy.ipynb", "en"),
        ("/course/notebooks/zh/06_propagation_policy.ipynb", "zh"),
        ("/home/zh/course/notebooks/06_propagation_policy.ipynb", "en"),
        ("06_propagation_policy.ipynb", "en"),
    ],
)
def test_jupyter_tells_which_notebook_it_is(
    path: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SESSION, path.replace("/", os.sep))
    assert language() == expected


def test_elsewhere_the_kernel_starts_in_the_notebooks_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notebooks" / "zh"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert language() == "zh"
    monkeypatch.chdir(folder.parent)
    assert language() == "en"


def test_the_reader_may_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SESSION, "/course/notebooks/zh/06_propagation_policy.ipynb")
    monkeypatch.setenv(VARIABLE, "en")
    assert language() == "en"
    monkeypatch.setenv(VARIABLE, "Klingon")
    assert language() == "zh"


def test_verdict_and_hint_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    found = check("editions", answer={"k3d-cluster-1": 2, "k3d-cluster-2": 2, "k3d-cluster-3": 2})
    assert not found
    assert "6" in found.message
    assert "模板要 4 个" in found.message
    assert repr(found).startswith("✗ 不对: ")
    assert "<strong>✗ 不对" in found._repr_html_()
    assert "提示" in repr(found.hint())
    assert "席位较少" in repr(found.hint(2))


def test_an_error_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    with pytest.raises(LabError, match="edition 应是 article, current 之一，实际是 'old'"):
        Lab.start(edition="old")


def test_what_did_not_come_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    with pytest.raises(
        Timeout, match="在 0 秒内没有等到：Karmada 的 API 服务器；实际情况：一直没有变成这样。"
    ):
        until(lambda: False, say("Karmada's API server"), 0)


def test_an_explanation_in_chinese_leaves_karmadas_words_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    tainted = cluster("member3", taints=[{"key": "repair", "value": "soon", "effect": "NoSchedule"}])
    placed = binding(static(member1=2, member2=1, member3=1), 3)
    page = render(explain(placed, around(clusters=[*MEMBERS[:2], tainted])))
    assert "1. 过滤（Filter）：哪些集群合适？" in page
    assert "TaintToleration: cluster(s) had untolerated taint {repair=soon:NoSchedule}" in page
    assert "3 个，按静态权重：member1 2, member2 1" in page
    assert page.endswith("结果：member1 2, member2 1\n")


def test_the_terminal_in_chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    said = CliRunner().invoke(group, ["status", "--state-dir", str(tmp_path)]).output
    assert said == f"{tmp_path} 里没有实验环境在运行。启动一个：karmada-nb up\n"
    assert "软件包       都有" in CliRunner().invoke(group, ["doctor", "--state-dir", str(tmp_path)]).output


def test_why_an_engine_does_not_start_in_chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        words = ["up", "--state-dir", str(tmp_path / "lab"), "--base-port", str(port)]
        said = CliRunner().invoke(group, words).output
    assert f"引擎没有启动：127.0.0.1 的端口 {port} 已被占用。请用 --base-port 另选" in said


def test_what_has_no_translation_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    assert say("Nobody says {this}.", this="that") == "Nobody says that."
    assert say("right") == sentences("zh")["right"] == "正确"


def test_the_chain_is_drawn_in_chinese(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    rows = [
        ("template", "karmada", "Deployment", "default", "pipy", "2/2 ready"),
        ("policy", "karmada", "PropagationPolicy", "default", "pipy", "selects it"),
        ("binding", "karmada", "ResourceBinding", "default", "pipy-deployment", "one 2"),
        ("work", "one", "Work", "karmada-es-one", "pipy-1", "not applied"),
        ("member", "one", "Deployment", "default", "pipy", "none"),
    ]
    with caplog.at_level("WARNING"):
        drawn = objects(frame(rows, OBJECTS), "deployment/pipy").svg()
    for text in ("2/2 就绪", "选中了它", "one 2", "未能应用", "没有"):
        assert f">{text}</text>" in drawn
    assert caplog.messages == [], "fonts say nothing to a reader"


def test_a_drawing_is_in_chinese_and_a_picture_in_what_this_machine_can_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    monkeypatch.setattr(chart, "chinese_fonts", tuple)
    shown = distribution(by_cluster({"one": {"spec": {"replicas": 2}}}), "deployment/pipy")
    assert "deployment/pipy：副本在哪里" in shown.svg()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown.png()  # No letter is missing: it is in English.
    assert "deployment/pipy：副本在哪里" in shown.svg()
