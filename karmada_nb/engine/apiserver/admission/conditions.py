"""CEL about a request: ``matchConditions`` of webhooks, and the expressions of admission policies.

Follows k8s.io/apiserver pkg/admission/plugin/webhook/matchconditions/matcher.go and pkg/admission/plugin/cel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from karmada_nb.engine.apiserver.admission.chain import Attributes
from karmada_nb.engine.apiserver.crd.cel import CelError, CelSyntaxError, compile_text
from karmada_nb.engine.meta import Object

_OF_A_NAMESPACE = ("name", "generateName", "namespace", "labels", "annotations", "uid", "creationTimestamp",
                   "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion",
                   "finalizers")  # fmt: skip


class Variables(Mapping[str, Any]):
    """What an expression may speak of: ``object``, ``oldObject``, ``request``, and what else there is."""

    def __init__(
        self,
        request: Object,
        attributes: Attributes,
        params: Object | None = None,
        namespace: Object | None = None,
    ) -> None:
        self.attributes = attributes
        about = {k: v for k, v in request.items() if k not in ("object", "oldObject")}
        self._known: dict[str, Any] = {
            "object": request["object"],
            "oldObject": request["oldObject"],
            "request": about,
            "params": params,
            "namespaceObject": _shown(namespace),
        }

    def __getitem__(self, name: str) -> Any:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def also(self, name: str, value: Any) -> None:
        """One more variable."""
        self._known[name] = value


class Composed(Mapping[str, Any]):
    """``variables``: each is evaluated when it is first used."""

    def __init__(self, said: Sequence[Object], variables: Variables) -> None:
        self._texts = {item["name"]: item["expression"] for item in said}
        self._values: dict[str, Any] = {}
        self._variables = variables

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            text = self._texts[name]
            try:
                self._values[name] = compile_text(text)(self._variables)
            except CelError as error:
                raise CelError(f'composited variable "{name}" fails to evaluate: {error}') from None
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def evaluated(text: str, variables: Variables) -> Any:
    """The value of an expression. Raises CelError, in upstream's words."""
    try:
        return compile_text(text)(variables)
    except CelError as error:
        raise CelError(f"expression '{text}' resulted in error: {error}") from None
    except CelSyntaxError as error:
        raise CelError(f"compilation error: compilation failed: {error}") from None


def unmet(conditions: Sequence[Object], variables: Variables, *, fails: bool) -> bool:
    """Whether one is false. Errors count where none is false: ValueError if ``fails``, else unmet."""
    failures: list[str] = []
    for condition in conditions:
        try:
            if evaluated(condition["expression"], variables) is not True:
                return True
        except CelError as error:
            failures.append(str(error))
    if failures and fails:
        raise ValueError(failures[0] if len(failures) == 1 else f"[{', '.join(failures)}]")
    return bool(failures)


def _shown(namespace: Object | None) -> Object | None:
    """The fields of a namespace that expressions may see."""
    if namespace is None:
        return None
    metadata = {k: v for k, v in namespace["metadata"].items() if k in _OF_A_NAMESPACE}
    shown = {"metadata": metadata}
    return {**shown, **{k: namespace[k] for k in ("spec", "status") if k in namespace}}
