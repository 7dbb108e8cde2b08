"""The Chinese course says what the English one says, and its code is the same."""

from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest

from tests.notebooks.test_style import cells, read
from tools.translate import maps
from tools.translate.build import build, target
from tools.translate.catalogue import CHINESE, ENGLISH, names, path_of
from tools.translate.faults import TARGET, faults
from tools.translate.pictures import built, picture_faults, sources
from tools.translate.said import handed_in, shown_in
from tools.translate.sentences import sentence_faults

every_lesson = pytest.mark.parametrize("name", names())


def test_every_sentence_has_a_translation() -> None:
    assert list(sentence_faults()) == [], "write the Chinese in karmada_nb/language/zh/, a file a topic"


@pytest.mark.parametrize(
    "source",
    [
        'raise LabError(f"expected a lab in {path}, found none")',
        'raise LabError("expected a lab in " + path)',
        'say(f"{count} pods")',
        'line(f"waiting for {member}")',
        'click.echo(f"The lab runs in {path}")',
        'raise click.ClickException("no lab runs here")',
        'raise CommandError(f"no {what}", hint="See it with kubectl") # as click would',
    ],
)
def test_what_could_not_be_translated_is_found(source: str) -> None:
    [(place, found)] = [*handed_in("some.py", source), *shown_in("some.py", source)]
    assert place == "some.py:1"
    assert source.count("click") == isinstance(found, str), "an expression, or a text that is shown as it is"


def test_what_was_said_may_be_handed_on() -> None:
    source = 'raise LabError(str(error)); click.echo(say("The lab runs in {path}", path=path))'
    found = [*handed_in("some.py", source), *shown_in("some.py", source)]
    assert found == [("some.py:1", "The lab runs in {path}")]


def test_pictures_are_translated_and_built() -> None:
    assert list(picture_faults()) == [], "build them: python -m tools.translate"
    assert all("Pod" in built(source) for source in sources()), "their texts are found"


def test_maps_are_those_of_the_first_lesson() -> None:
    assert not [course for course in maps.courses() if maps.faulty(course)], (
        "build them: python -m tools.translate"
    )
    for course in maps.courses():
        lessons = [path.name for path in sorted(course.glob("[0-9]*.ipynb"))]
        assert [link.name for link in links(maps.built(course))] == lessons


def test_nothing_else_is_there() -> None:
    for folder, kind in ((CHINESE, "ipynb"), (path_of("any").parent, "md")):
        found = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob(f"*.{kind}")}
        assert {name for name in found if not name.startswith(("text/", "map"))} <= set(names())


@every_lesson
def test_is_complete_and_up_to_date(name: str) -> None:
    assert list(faults(name)) == [], f"see: python -m tools.translate --check {name}"


@every_lesson
def test_is_built_from_its_catalogue(name: str) -> None:
    assert target(name).read_text(encoding="utf-8") == build(name), "build it: python -m tools.translate"


@every_lesson
def test_code_is_that_of_the_english_one(name: str) -> None:
    english, chinese = ENGLISH / f"{name}.ipynb", CHINESE / f"{name}.ipynb"
    nbformat.validate(read(chinese))
    assert [cell.id for cell in read(chinese).cells] == [cell.id for cell in read(english).cells]
    assert list(cells(chinese, "code")) == list(cells(english, "code"))


@every_lesson
def test_links_resolve(name: str) -> None:
    for cell in cells(CHINESE / f"{name}.ipynb", "markdown"):
        for link in links(cell.source):
            assert (CHINESE / link).exists(), link


def links(text: str) -> list[Path]:
    """Where the relative links of a text lead."""
    return [Path(link) for link in TARGET.findall(text) if not urlsplit(link).scheme]
