"""Answers without what differs from one run to the next: uids, times, addresses, generated names."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import SplitResult

from tests.conformance.paths import find, remove

_RANDOM: Final = "[bcdfghjklmnpqrstvwxz2456789]"
"""The alphabet of generated names."""
_RULES: Final = [
    (re.compile(pattern, re.S), text)
    for pattern, text in (
        (r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+", "<jwt>"),
        (r"ZXlK[A-Za-z0-9+/=]{40,}", "<jwt64>"),
        (r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", "<cert>"),
        (r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]+", "<cert64>"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uid>"),
        (r"X509SHA256=[0-9a-f]+", "X509SHA256=<hash>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "<microtime>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", "<time>"),
        (r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "<time>"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} UTC", "<time>"),
        (r"\b(\d{1,3}\.){3}\d{1,3}\b", "<ip>"),
        (r"\bv1\.\d+\.\d+[\w.+-]*", "<version>"),
        (r"((?:pod-template|controller-revision)-hash=)\w+", r"\1<hash>"),
        (
            r"(ResourceVersion in [a-z ]+: |resource version: 1 \(|"
            r"ResourceVersion in (?:the precondition|record) \(|, current: )\d+",
            r"\1<rv>",
        ),
        (r'(resourceVersion\\*":\\*")\d+', r"\1<rv>"),
        (rf"-{_RANDOM}{{6,10}}-{_RANDOM}{{5}}(?!\w)", "-<hash>-<rand>"),
        (rf"-{_RANDOM}{{6,10}}(?![\w-])", "-<hash>"),
        (rf"-{_RANDOM}{{5}}(?![\w-])", "-<rand>"),
        (r"(?<=[a-z]-)\d{8}(?!\d)", "<minutes>"),
        (r"(?<=\.)[0-9a-f]{16}\b", "<hex>"),
        (r"x{1000,}", "<pad>"),
    )
]
_PRINTED: Final = [
    (re.compile(pattern, re.M), text)
    for pattern, text in (
        (r"^([EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+:\d+\] )", "<klog> "),
        (r" \(x\d+ over \w+\)", ""),
        (r"\b(\d+y)?(\d+d)?(\d+h)?(\d+m)?\d+[smhdy]\b", "<age>"),
        (r":3\d{4}/", ":<nodeport>/"),
        (r"(Resource Version: +)\d+", r"\1<rv>"),
        (r"(?<=\S)[ \t]{2,}", "  "),
        (r"[ \t]+$", ""),
    )
]
"""Further rules for what kubectl prints."""
_FIELDS: Final = {
    "resourceVersion": "<rv>",
    "continue": "<continue>",
    "nodePort": "<nodeport>",
    "healthCheckNodePort": "<nodeport>",
    "pod-template-hash": "<hash>",
    "controller-revision-hash": "<hash>",
}
_AGES: Final = {"Age", "Last Seen", "First Seen", "Duration", "Last Schedule"}


class Normaliser:
    """For one run of one scenario; what the scenario itself spells out stays as it is."""

    def __init__(self, namespace: str, server: SplitResult, spelled: str) -> None:
        self._spelled = spelled
        self._names = [
            (namespace, "${ns}"),
            (base64.b64encode(namespace.encode()).decode(), "<ns64>"),
            (server.geturl(), "<server>"),
            (server.netloc, "<host>"),
        ]

    def text(self, text: str) -> str:
        for name, placeholder in self._names:
            text = text.replace(name, placeholder)
        for rule, placeholder in _RULES:
            text = rule.sub(partial(self._placeholder, to=placeholder), text)
        return text

    def _placeholder(self, found: re.Match[str], to: str) -> str:
        return found[0] if len(found[0]) > 3 and found[0] in self._spelled else found.expand(to)

    def lines(self, text: str, drop: Iterable[str] = ()) -> list[str]:
        """What a command printed, without the lines that match one of ``drop``."""
        text = self.text(text)
        for rule, placeholder in _PRINTED:
            text = rule.sub(placeholder, text)
        return [line for line in text.splitlines() if not any(re.search(p, line) for p in drop)]

    def shape(self, step: Mapping[str, Any], body: Any) -> Any:
        """A body as its step wants it compared."""
        body = self._clean(body, managed=bool(step.get("managed")))
        for path in step.get("ignore", ()):
            remove(body, path)
        if "pick" in step:
            body = {path: find(body, path) for path in step["pick"]}
        return json.loads(json.dumps(body, default=lambda _: "<absent>"))

    def _clean(self, value: Any, *, managed: bool) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._clean(item, managed=managed) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("kind") == "Table" and isinstance(value.get("rows"), list):
            _hide_ages(value)
        out: dict[str, Any] = {}
        for name, item in value.items():
            if name != "managedFields" or managed:
                hidden = self._volatile(name, item)
                out[self.text(name)] = _FIELDS[name] if hidden else self._clean(item, managed=managed)
        return out

    def _volatile(self, name: str, item: Any) -> bool:
        if name not in _FIELDS or not item or isinstance(item, (dict, list)) or item == "0":
            return False
        return not ("Port" in name and str(item) in self._spelled)


def settled(value: Any) -> Any:
    """The value with its ``managedFields`` in an order that no clock decides.

    A server puts older entries first, by the second. Whether two requests fall into one is chance.
    """
    if isinstance(value, list):
        return [settled(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: sorted(item, key=_who)
        if name.endswith("managedFields") and isinstance(item, list)
        else settled(item)
        for name, item in value.items()
    }


def _who(entry: Any) -> list[str]:
    return [str(entry.get(name, "")) for name in ("operation", "manager", "apiVersion", "subresource")]


def _hide_ages(table: dict[str, Any]) -> None:
    columns = table.get("columnDefinitions") or ()
    ages = [at for at, column in enumerate(columns) if column.get("name") in _AGES]
    for row in table["rows"]:
        for at in ages:
            row["cells"][at] = re.sub(r"^\d+[smhdy]\w*$", "<age>", str(row["cells"][at]))
