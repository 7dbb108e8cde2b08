"""Charts: they draw without a screen, on a transparent ground, with words and numbers beside them."""

import io
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.image
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from karmada_nb import Lab, LabError, charts, frames
from karmada_nb.charts.chart import COLOURS, DARK, INK


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
    assert charts.answers(asked[1:]).karmada_nb_text == "The only request was not answered."


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


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_writing_and_marks_stand_out_enough() -> None:
    assert contrast(INK, "white") >= 4.5
    assert contrast(DARK, "white") >= 4.5
    for colour in COLOURS:
        assert min(contrast(colour, "white"), contrast(colour, "#111111")) >= 3.0


def test_in_a_page_writing_has_the_colour_of_the_page() -> None:
    drawing = charts.distribution(frame(), "deployment/pipy").svg()
    assert INK not in drawing
    assert "currentColor" in drawing
    assert "<style" not in drawing, "nothing of it changes the rest of the page"
    element = ElementTree.fromstring(drawing)
    assert element.get("role") == "img"
    assert (element.get("aria-label") or "").startswith("deployment/pipy has 2 of 3 replicas ready")


def test_a_chart_is_kept_as_png_or_svg(tmp_path: Path) -> None:
    chart = charts.distribution(frame(), "deployment/pipy")
    pixels = matplotlib.image.imread(chart.save(tmp_path / "x.png"))
    assert pixels[0, 0].tolist() == [1, 1, 1, 1], "on white, so that it is legible anywhere"
    drawing = ElementTree.parse(chart.save(tmp_path / "x.SVG")).getroot()
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert "currentColor" not in (tmp_path / "x.SVG").read_text()


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    chart = charts.distribution(frame(), "deployment/pipy")
    with pytest.raises(LabError, match=r"expected a name that ends in \.png or \.svg, found 'x\.gif'"):
        chart.save(tmp_path / "x.gif")
    with pytest.raises(LabError, match="No such file or directory"):
        chart.save(tmp_path / "nowhere" / "x.png")


def test_before_and_after() -> None:
    before = pd.DataFrame({"cluster": ["a", "gone"], "desired": [2, 1], "ready": [2, 1]})
    after = pd.DataFrame({"cluster": ["a", "new"], "desired": [2, 3], "ready": [2, 3]})
    chart = charts.change(before, after, "deployment/x")
    assert chart.frame.to_numpy().tolist() == [["a", 2, 2, 0], ["new", 0, 3, 3], ["gone", 1, 0, -1]]
    assert chart.karmada_nb_text.endswith("before and after: new from 0 to 3, gone from 1 to 0.")
    assert "no cluster has more or fewer" in charts.change(after, after, "deployment/x").karmada_nb_text


def test_seats_with_their_claims() -> None:
    rows = [
        (1, "a", 5, 5.0, 1, "greatest claim"),
        (1, "b", 3, 3.0, 0, ""),
        (2, "a", 5, 5 / 3, 0, ""),
        (2, "b", 3, 3.0, 1, "greatest claim"),
    ]
    chart = charts.seats(frames.seats(rows), "deployment/x")
    assert chart.karmada_nb_text == "2 replicas of deployment/x are handed out: a 1, b 1; no tie."
    assert [text.get_text() for text in chart.axes[0].texts] == ["5", "3", "1.67", "3"]
    assert chart.frame["cluster"].to_dict() == {1: "a", 2: "b"}
    assert charts.seats(frames.seats([]), "deployment/x").karmada_nb_text.startswith("No replicas of")


def test_the_lab_draws_its_own_seats_and_changes(lab: Lab) -> None:
    lab.at("scale")
    before = lab.distribution("deployment/pipy")
    # v1.2: two thirds of a replica each, rounded down to none; the two go to the first by name.
    seats = lab.chart_seats("deployment/pipy").frame
    assert seats["cluster"].tolist() == lab.members()[:2]
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 3}})
    lab.wait("deployment/pipy", ready=3)
    lab.wait(lambda: lab.distribution("deployment/pipy")["ready"].tolist() == [1, 1, 1])
    chart = lab.chart_distribution("deployment/pipy", before=before)
    assert chart.frame["change"].tolist() == [0, 0, 1]
