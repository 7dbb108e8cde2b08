"""What a reader sees in each lesson, by the notebook's name; a module a group of lessons."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran
from tests.notebooks.seen import (
    article,
    beyond,
    choosing,
    crossing,
    drilling,
    dying,
    fleet,
    observing,
    sharing,
)

SEEN: dict[str, Callable[[Ran], None]] = {
    **article.SEEN,
    **sharing.SEEN,
    **choosing.SEEN,
    **beyond.SEEN,
    **dying.SEEN,
    **crossing.SEEN,
    **fleet.SEEN,
    **drilling.SEEN,
    **observing.SEEN,
}
