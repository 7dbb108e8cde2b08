"""YAML as Go's sigs.k8s.io/yaml reads and writes it.

Reading is YAML 1.1 with ``y`` and ``n`` as booleans, times as plain texts and every key a string; writing
sorts the keys, puts lists at their parent's indent and quotes texts that would be read as something else.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from karmada_nb.engine.karmada.override.errors import OverrideError

_BOOL: Final = "tag:yaml.org,2002:bool"
_TIME: Final = "tag:yaml.org,2002:timestamp"
_TEXT: Final = "tag:yaml.org,2002:str"
_TRUTHS: Final = {"y": True, "yes": True, "on": True, "true": True}
_BOOLS: Final = re.compile(
    r"^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE)$"
)
_SEXAGESIMAL: Final = re.compile(r"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Reader(_Loader):  # type: ignore[misc]
    """The loader with Go's view of plain scalars."""


class _Writer(_Dumper):  # type: ignore[misc]
    """The dumper with Go's choice of quotes."""


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    kept = {
        first: [(tag, pattern) for tag, pattern in rules if tag not in (_BOOL, _TIME)]
        for first, rules in _Loader.yaml_implicit_resolvers.items()
    }
    for first in "yYnNtTfFoO":
        kept[first] = [(_BOOL, _BOOLS), *kept.get(first, [])]
    return kept


_Reader.yaml_implicit_resolvers = _resolvers()
_Writer.yaml_implicit_resolvers = _Reader.yaml_implicit_resolvers


def _construct_bool(loader: Any, node: Any) -> bool:
    return _TRUTHS.get(loader.construct_scalar(node).lower(), False)


def _construct_int(loader: Any, node: Any) -> int | str:
    """Go knows no base-60 numbers: ``1:30`` is a text."""
    text: str = loader.construct_scalar(node)
    return text if ":" in text else int(yaml.constructor.SafeConstructor.construct_yaml_int(loader, node))


def _represent_text(dumper: Any, text: str) -> Any:
    if "\n" in text:
        return dumper.represent_scalar(_TEXT, text, style="|")
    ambiguous = dumper.resolve(yaml.ScalarNode, text, (True, False)) != _TEXT or _SEXAGESIMAL.match(text)
    return dumper.represent_scalar(_TEXT, text, style='"' if ambiguous else None)


_Reader.add_constructor(_BOOL, _construct_bool)
_Reader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_Writer.add_representer(str, _represent_text)
_Writer.ignore_aliases = lambda self, data: True


def load(text: str) -> Any:
    """The JSON value of a YAML text. Raises OverrideError where it does not parse."""
    try:
        return _json(yaml.load(text, Loader=_Reader))
    except yaml.YAMLError as error:
        raise OverrideError(f"yaml: {error}") from None


def load_all(text: str) -> list[Any]:
    """The JSON values of the documents of a YAML text. Raises OverrideError where it does not parse."""
    try:
        return [_json(document) for document in yaml.load_all(text, Loader=_Reader)]
    except yaml.YAMLError as error:
        raise OverrideError(f"yaml: {error}") from None


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(k): _json(v) for k, v in value.items()}
    return [_json(v) for v in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return str(key).lower()
    return key if isinstance(key, str) else str(key)


def dump(value: Any) -> str:
    """The YAML text of a JSON value."""
    return str(yaml.dump(value, Dumper=_Writer, default_flow_style=False, sort_keys=True, allow_unicode=True))
