"""Charts: they draw without a screen, on a transparent ground, with words and numbers beside them."""

import io

import matplotlib.image
import pandas as pd

from karmada_nb import charts


def frame() -> pd.DataFrame:
    return pd.DataFrame({"cluster": ["k3d-cluster-1", "<b>"], "desired": [2, 1], "ready": [1, 1]})


def test_a_distribution_says_who_has_what() -> None:
    chart = charts.distribution(frame(), "deployment/pipy")
    assert chart.karmada_nb_text == (
        "deployment/pipy has 2 of 3 replicas ready: k3d-cluster-1 1 of 2, <b> 1 of 1."
    )
    assert {text.get_text() for text in chart.axes[0].texts} == {"1/2", "1/1"}


def test_the_picture_is_transparent() -> None:
    pixels = matplotlib.image.imread(io.BytesIO(charts.distribution(frame(), "deployment/pipy").png()))
    assert pixels.shape[2] == 4
    assert pixels[0, 0, 3] == 0


def test_a_chart_shows_with_its_table_and_its_text_escaped() -> None:
    html = charts.distribution(frame(), "deployment/pipy")._repr_mimebundle_()["text/html"]
    assert "<table" in html
    assert 'alt="deployment/pipy has' in html
    assert "<b>" not in html


def test_no_replicas_at_all() -> None:
    none = pd.DataFrame({"cluster": ["a"], "desired": [0], "ready": [0]})
    assert (
        charts.distribution(none, "deployment/x").karmada_nb_text
        == "No member has any replica of deployment/x."
    )


def test_answers_say_who_answered_and_how_often() -> None:
    asked = pd.DataFrame(
        {"pod": ["p", None], "cluster": ["k3d-cluster-3", None], "ok": [True, False], "seconds": [0.1, 0.2]}
    )
    chart = charts.answers(asked)
    assert chart.karmada_nb_text == "1 of 2 requests were answered: 1 from k3d-cluster-3."
    labels = [label.get_text() for label in chart.axes[0].get_yticklabels()]
    assert labels == ["p\nk3d-cluster-3", "no answer"]
    assert charts.answers(asked[1:]).karmada_nb_text == "None of 1 request was answered."


def test_the_chain_says_how_far_it_reaches() -> None:
    columns = ["stage", "cluster", "kind", "namespace", "name", "status"]
    rows = [
        ("template", "karmada", "Deployment", "default", "pipy", "0/2 ready"),
        ("policy", "karmada", "PropagationPolicy", "", "", "none"),
        ("binding", "karmada", "ResourceBinding", "", "", "none"),
        ("member", "k3d-cluster-1", "Deployment", "", "pipy", "none"),
    ]
    lonely = charts.objects(pd.DataFrame(rows, columns=columns), "deployment/pipy")
    assert lonely.karmada_nb_text == "The template deployment/pipy goes nowhere: no policy selects it."
    assert lonely.png()


def test_history_has_a_line_a_cluster() -> None:
    rows = pd.DataFrame(
        {"seconds": [0.0, 0.0, 1.5], "cluster": ["a", "b", "a"], "desired": [1, 0, 2], "ready": [0, 0, 2]}
    )
    chart = charts.history(rows)
    assert chart.karmada_nb_text == "Ready replicas within 1.5 s: a from 0 to 2, b from 0 to 0."
    styles = {(line.get_linestyle(), line.get_marker()) for line in chart.axes[0].lines}
    assert len(styles) == 2
    assert charts.history(rows[:0]).karmada_nb_text == "Nothing was recorded."
