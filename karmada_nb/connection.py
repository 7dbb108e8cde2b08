"""One cluster, through its kubeconfig: the verbs of the Kubernetes API on plain dicts.

The ``kubernetes`` client carries the requests; it takes most of a second to import, so it is imported when
the first one is made.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson

from karmada_nb import manifests
from karmada_nb.discovery import Discovery
from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.manifests import Object

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
FIELD_MANAGER: Final = "karmada-nb"
MERGE_PATCH: Final = "application/merge-patch+json"


class Connection:
    """``name`` is what messages call the cluster."""

    def __init__(self, name: str, kubeconfig: Path) -> None:
        self.name = name
        self.kubeconfig = kubeconfig
        self.discovery = Discovery(self._fetch, name)

    @cached_property
    def api(self) -> Any:
        """The ``kubernetes.client.ApiClient``. Raises LabError if the kubeconfig cannot be used."""
        from kubernetes import config

        try:
            return config.new_client_from_config(str(self.kubeconfig))
        except (config.ConfigException, OSError) as error:
            raise LabError(
                "expected a kubeconfig of {cluster} in {path}: {error}",
                cluster=self.name,
                path=self.kubeconfig,
                error=error,
            ) from None

    @cached_property
    def _client(self) -> Any:
        from kubernetes.dynamic import DynamicClient

        return DynamicClient(self.api, discoverer=_NoDiscovery)

    @cached_property
    def exec_api(self) -> Any:
        """The core API for commands in pods; while one runs, this client speaks WebSocket only."""
        from kubernetes import client, config

        return client.CoreV1Api(config.new_client_from_config(str(self.kubeconfig)))

    @property
    def endpoint(self) -> str:
        return str(self.api.configuration.host)

    def request(self, method: str, path: str, **parameters: Any) -> Any:
        """The raw answer. Raises NotThere for a 404, else ApiError with what the server said."""
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        timeout = parameters.pop("_request_timeout", (CONNECT_SECONDS, READ_SECONDS))
        try:
            return self._client.request(method, path, serialize=False, _request_timeout=timeout, **parameters)
        except ApiException as error:
            raise _api_error(self.name, error) from None
        except (HTTPError, OSError) as error:
            raise Unreachable(
                "{cluster} does not answer at {endpoint} ({error}). See whether it runs: "
                "kubectl --kubeconfig {path} get --raw /readyz",
                cluster=self.name,
                endpoint=self.endpoint,
                error=_plain(error),
                path=self.kubeconfig,
            ) from None

    def json(self, method: str, path: str, **parameters: Any) -> Object:
        found: Object = orjson.loads(self.request(method, path, **parameters).data)
        return found

    def _fetch(self, path: str) -> Object:
        return self.json("get", path)

    def ready(self) -> bool:
        """Whether the API server answers and says that it is ready."""
        try:
            return bool(self.request("get", "/readyz", _request_timeout=(2.0, 2.0)).data == b"ok")
        except LabError:
            return False

    def version(self) -> str:
        return str(self.json("get", "/version")["gitVersion"])

    def get(self, word: str, name: str, namespace: str | None = "default") -> Object | None:
        """The object, or None if there is none."""
        try:
            return self.json("get", self.discovery.word(word).path(namespace, name))
        except NotThere:
            return None

    def list(
        self, word: str, namespace: str | None = "default", *, labels: str = "", fields: str = ""
    ) -> list[Object]:
        """The objects of a kind; ``namespace`` None means of all namespaces."""
        resource = self.discovery.word(word)
        parameters = {"label_selector": labels or None, "field_selector": fields or None}
        found = self.json("get", resource.path(namespace), **parameters)
        same = {"apiVersion": resource.api_version, "kind": resource.kind}
        return [{**same, **item} for item in found.get("items") or []]

    def apply(self, obj: Object) -> tuple[Object, str]:
        """Create the object, or patch what stands, as kubectl apply does: the object, and what was done."""
        path = self._place(obj)
        name = obj["metadata"].get("name")
        live = self._get(f"{path}/{name}") if name else None
        if live is None:
            body = manifests.annotated(obj)
            return self.json("post", path, body=body, **self._strict()), "created"
        changes = manifests.patch(obj, live)
        if not changes:
            return live, "unchanged"
        done = self.json("patch", f"{path}/{name}", body=changes, content_type=MERGE_PATCH, **self._strict())
        return done, "configured"

    def replace(self, obj: Object) -> Object:
        """Make the spec what the object says and nothing else; create the object if there is none.

        Written only where it would change the spec: a server may note a second writer of the same fields.
        """
        place = f"{self._place(obj)}/{obj['metadata']['name']}"
        live = self._get(place)
        if live is None:
            return self.apply(obj)[0]
        wanted = manifests.annotated(obj)
        annotations = (live["metadata"].get("annotations") or {}) | wanted["metadata"]["annotations"]
        body = {**live, **wanted, "metadata": {**live["metadata"], "annotations": annotations}}
        if self.json("put", f"{place}?dryRun=All", body=body).get("spec") == live.get("spec"):
            return live
        return self.json("put", place, body=body)

    def patch(self, word: str, name: str, changes: Object, namespace: str | None = "default") -> Object:
        """Merge changes into an object."""
        path = self.discovery.word(word).path(namespace, name)
        return self.json("patch", path, body=changes, content_type=MERGE_PATCH)

    def delete(self, word: str, name: str, namespace: str | None = "default") -> bool:
        """Whether there was such an object; its dependents go in the background."""
        try:
            self.request("delete", self.discovery.word(word).path(namespace, name))
        except NotThere:
            return False
        return True

    def title(self, obj: Object) -> str:
        """As kubectl prints an object: ``deployment.apps/pipy``."""
        return f"{self.discovery.kind(obj['apiVersion'], obj['kind']).title}/{obj['metadata']['name']}"

    def close(self) -> None:
        if "api" in self.__dict__ and callable(getattr(self.api, "close", None)):
            self.api.close()

    def _get(self, path: str) -> Object | None:
        try:
            return self.json("get", path)
        except NotThere:
            return None

    def _place(self, obj: Object) -> str:
        resource = self.discovery.kind(obj["apiVersion"], obj["kind"])
        return resource.path(obj["metadata"].get("namespace") or "default")

    def _strict(self) -> Object:
        return {
            "query_params": [("fieldValidation", "Strict"), ("fieldManager", FIELD_MANAGER)],
        }


class ApiError(LabError):
    """The API server refused; ``reason`` is its word for why."""

    def __init__(self, message: str, code: int, reason: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


class NotThere(ApiError, LookupError):
    """404: no such object, or no such path."""


class Unreachable(LabError):
    """Nothing answered."""


class _NoDiscovery:
    """The dynamic client asks for all groups when it is made; ours asks when it needs one."""

    def __init__(self, client: Any, cache_file: str | None) -> None:
        pass


def _api_error(cluster: str, error: Any) -> ApiError:
    try:
        status = orjson.loads(error.body or b"")
    except orjson.JSONDecodeError:
        status = {}
    said = status.get("message") or str(error.body or error.reason or "").strip() or say("nothing more")
    reason = status.get("reason") or str(error.reason or "")
    kind = NotThere if error.status == 404 else ApiError
    answer = f"{error.status} {reason}"
    text = say("{cluster} answered {answer}: {said}", cluster=cluster, answer=answer, said=said)
    return kind(text, int(error.status), reason)


def _plain(error: BaseException) -> str:
    """The innermost words of a connection error."""
    inner = getattr(error, "reason", None)
    text = str(inner if inner is not None else error)
    return text.rpartition(": ")[2] or type(error).__name__
