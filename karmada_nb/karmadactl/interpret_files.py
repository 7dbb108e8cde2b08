"""The files that ``karmadactl interpret`` reads: customizations, objects, statuses."""

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from karmada_nb.engine.karmada.override import yaml_text
from karmada_nb.engine.karmada.override.errors import OverrideError
from karmada_nb.engine.meta import Object
from karmada_nb.karmadactl.failures import CommandError

KIND: Final = "ResourceInterpreterCustomization"
_EXTENSIONS: Final = (".json", ".yaml", ".yml")
_SECONDS: Final = 10


class Found(NamedTuple):
    """An object and the file it came from; ``STDIN`` is standard input."""

    source: str
    obj: Object


def read(named: list[str], *, recursive: bool = False) -> list[Found]:
    """Every object of files, folders and URLs; ``-`` is standard input. Raises CommandError."""
    return [Found(source, obj) for place in named for source, obj in _documents(place, recursive)]


def one(named: str, what: str) -> Object | None:
    """The only object of a file; None where no file is named."""
    if not named:
        return None
    found = read([named])
    if len(found) != 1:
        raise CommandError(f"fail to get {what} object: get {len(found)} objects, expect one at most")
    return found[0].obj


def not_one(obj: Object) -> str:
    """What to say of an object that should have been a customization."""
    api_version = obj.get("apiVersion", "")
    said = api_version if "/" in api_version else f"/{api_version}"
    return f"not a {KIND}, got {said}, Kind={obj.get('kind', '')}"


def _documents(place: str, recursive: bool) -> Iterator[tuple[str, Any]]:
    for source, text in _texts(place, recursive):
        try:
            yield from ((source, document) for document in yaml_text.load_all(text) if document)
        except OverrideError as error:
            raise CommandError(f"error parsing {source}: {error}") from None


def _texts(place: str, recursive: bool) -> Iterator[tuple[str, str]]:
    if place == "-":
        yield "STDIN", sys.stdin.read()
        return
    if place.startswith(("http://", "https://")):
        yield place, _fetched(place)
        return
    path = Path(place)
    if not path.exists():
        raise CommandError(f'the path "{place}" does not exist')
    if not path.is_dir():
        yield place, path.read_text()
        return
    inside = sorted(path.rglob("*") if recursive else path.glob("*"))
    files = [file for file in inside if file.suffix in _EXTENSIONS and file.is_file()]
    if not files:
        known = " ".join(_EXTENSIONS)
        raise CommandError(f"error reading [{place}]: recognized file extensions are [{known}]")
    yield from ((str(file), file.read_text()) for file in files)


def _fetched(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            return bytes(answer.read()).decode()
    except urllib.error.HTTPError as error:
        said = f"server reported {error.code} {error.reason}, status code={error.code}"
        raise CommandError(f'unable to read URL "{url}", {said}') from None
    except OSError as error:
        raise CommandError(f'unable to read URL "{url}": {error}') from None
