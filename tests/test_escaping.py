"""Whatever an object's fields say, nothing of it becomes live in a notebook."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from karmada_nb import charts, differences, frames
from karmada_nb.checks.verdict import Advice, Exercise, Verdict, right
from karmada_nb.drills import Report
from karmada_nb.frames import Link
from karmada_nb.learning.kept import Standing
from karmada_nb.learning.lessons import Lesson
from karmada_nb.learning.progress import Map
from karmada_nb.widgets import controls, fleet, view
from karmada_nb.widgets.view import Share

EVIL = "\"'></td></pre><script>alert(1)</script><img src=x onerror=alert(2)>&amp;<b>"
LIVE = {"script", "b"}


class Seen(HTMLParser):
    """What a browser would make of a piece of HTML: its elements, and attributes that run something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.sources: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def evil(value: Any) -> Any:
    """An object with markup at every text of it, and in every key that is free."""
    if isinstance(value, dict):
        return {key: evil(item) for key, item in value.items()}
    if isinstance(value, list):
        return [evil(item) for item in value]
    return EVIL if isinstance(value, str) else value


POD = {
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "n", "labels": {EVIL: "v"}},
    "spec": {"nodeName": "n"},
    "status": {"conditions": [{"type": "Ready", "status": "True", "message": "m"}]},
}
BINDING = {
    "kind": "ResourceBinding",
    "metadata": {"name": "b", "namespace": "n"},
    "spec": {"clusters": [{"name": "c", "replicas": 2}]},
}
EVENT = {
    "metadata": {"creationTimestamp": "t"},
    "type": "t",
    "reason": "r",
    "message": "m",
    "source": {"component": "c"},
}
DEPLOYMENT = {
    "kind": "Deployment",
    "metadata": {"name": "d"},
    "spec": {"replicas": 3},
    "status": {"readyReplicas": 2},
}


def chain() -> pd.DataFrame:
    binding = {**evil(BINDING), "kind": "ResourceBinding"}
    found = [Link("template", EVIL, EVIL, evil(DEPLOYMENT)), Link("policy", EVIL, EVIL, None, EVIL)]
    found += [Link("binding", EVIL, EVIL, binding), Link("member", EVIL, EVIL, evil(DEPLOYMENT))]
    return frames.objects(found)


def requests() -> pd.DataFrame:
    return frames.frame([(EVIL, EVIL, True, 0.1, ""), (None, None, False, 0.2, EVIL)], frames.REQUESTS)


def history() -> pd.DataFrame:
    return pd.DataFrame({"seconds": [0.0], "cluster": [EVIL], "desired": [1], "ready": [1]})


def course_map() -> Map:
    """A map whose lesson comes from a notebook that somebody gave the reader, and whose record too."""
    lesson = Lesson(Path(f"/{EVIL.replace('/', '')}.ipynb"), EVIL, (EVIL,))
    return Map((lesson,), {EVIL: Standing("right", "2026-01-01")}, Path("/"))


def member() -> fleet.Member:
    node = {**evil({"metadata": {"name": "n"}}), "status": {}}
    cluster = {"metadata": {"name": EVIL}, "spec": {"taints": [{"key": EVIL}]}}
    return fleet.Member(cluster, {EVIL: node}, {EVIL: evil(POD), "p": {"metadata": {}}}, EVIL)


def html_of(shown: Any) -> str:
    bundle = getattr(shown, "_repr_mimebundle_", None)
    return str(bundle()["text/html"] if bundle else shown._repr_html_())


SHOWN: dict[str, Callable[[], str]] = {
    "frame by cluster": lambda: html_of(frames.by_cluster({EVIL: evil(DEPLOYMENT)})),
    "frame by pod": lambda: html_of(frames.by_pod({EVIL: [evil(POD)]})),
    "frame of the chain": lambda: html_of(chain()),
    "frame of events": lambda: html_of(frames.events([evil(EVENT)])),
    "frame of requests": lambda: html_of(requests()),
    "chart of a distribution": lambda: html_of(
        charts.distribution(frames.by_cluster({EVIL: evil(DEPLOYMENT)}), EVIL, EVIL)
    ),
    "chart of the chain": lambda: html_of(charts.objects(chain(), EVIL)),
    "chart of answers": lambda: html_of(charts.answers(requests(), EVIL)),
    "chart of a change": lambda: html_of(
        charts.change(
            frames.by_cluster({EVIL: evil(DEPLOYMENT)}), frames.by_cluster({EVIL: None}), EVIL, EVIL
        )
    ),
    "chart of seats": lambda: html_of(charts.seats(frames.seats([(1, EVIL, 2, 2.0, 1, EVIL)]), EVIL, EVIL)),
    "chart over time": lambda: html_of(charts.history(history(), EVIL)),
    "frame of differences": lambda: html_of(differences.table({EVIL: EVIL}, {EVIL: {EVIL: "<b>"}})),
    "dashboard's clusters": lambda: fleet.cards({EVIL: member()}),
    "dashboard's commands": lambda: view.behind([(EVIL, EVIL, EVIL)], EVIL, EVIL),
    "report of a drill": lambda: html_of(Report(EVIL, ((EVIL, EVIL),))),
    "map of the course": lambda: html_of(course_map()),
    "verdict": lambda: html_of(Verdict(EVIL, "right", EVIL, Exercise(right, (EVIL,), EVIL))),
    "widget's bars": lambda: view.bars({EVIL: Share(3, 2)}),
    "widget's commands": lambda: view.standing_for([controls.patch_command(EVIL, {"spec": EVIL}, EVIL)]),
    "widget's manifest": lambda: view.manifest(controls.as_yaml(controls.weighing({EVIL: 1}))),
    "widget's trouble": lambda: view.trouble(EVIL),
    "hint": lambda: html_of(Advice(EVIL, EVIL)),
    "solution": lambda: html_of(Advice(EVIL, EVIL, code=True)),
}


@pytest.mark.parametrize("name", SHOWN)
def test_markup_in_fields_stays_text(name: str) -> None:
    html = SHOWN[name]()
    seen = Seen(html)
    assert not seen.tags & LIVE
    assert not seen.handlers
    # A picture carries its data; a link of the map leads to a file, whatever the file is called.
    assert all(re.match(r"data:image/png;base64,|[^:]*%3Cscript", source) for source in seen.sources)


def test_the_check_itself_sees_live_markup() -> None:
    seen = Seen(f"<td>{EVIL}</td>")
    assert seen.tags >= LIVE
    assert seen.handlers == ["onerror"]
