"""Sliders for weights and replicas, beside what the members make of them.

The sliders change the real policy and the real template; the bars follow watches, so that they also show what
somebody else does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import ipywidgets

from karmada_nb.chain import split
from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.manifests import Object, replica_count
from karmada_nb.watching import Watching
from karmada_nb.widgets import controls, view

REDRAW_SECONDS: Final = 0.1
HEAVIEST: Final = 20
MOST_REPLICAS: Final = 12
_POLICY: Final = "propagationpolicies.policy.karmada.io"
_WIDE: Final = {"description_width": "9em"}


class DistributionWidget(ipywidgets.VBox):  # type: ignore[misc]
    """A slider for the weight of each member, one for the replicas, and bars. ``close`` ends its watches."""

    def __init__(
        self,
        karmada: Connection,
        members: Mapping[str, Connection],
        resource: str,
        policy: str,
        namespace: str = "default",
    ) -> None:
        # Before anything can fail: an unfinished widget is closed too, when it is collected.
        self._dirty, self._over, self._watching = threading.Event(), threading.Event(), Watching()
        self._painter = threading.Thread(target=self._paint, daemon=True, name="distribution widget")
        self._karmada, self._namespace, self._resource = karmada, namespace, resource
        self._word, self._name = split(resource)
        self._policy_name = policy.rpartition("/")[2]
        self._template = self._must_have(self._word, self._name)
        self._policy = self._must_have(_POLICY, self._policy_name)
        self._shares = {
            cluster: view.share(connection.get(self._word, self._name, namespace))
            for cluster, connection in members.items()
        }
        self._following = False
        self._sliders = {cluster: self._slider(cluster, HEAVIEST) for cluster in members}
        self._replicas = self._slider("replicas", MOST_REPLICAS)
        self._bars, self._commands, self._trouble = (ipywidgets.HTML() for _ in range(3))
        for slider in self._sliders.values():
            slider.observe(partial(self._guarded, self._weigh), "value")
        self._replicas.observe(partial(self._guarded, self._scale), "value")
        left = ipywidgets.VBox([*self._sliders.values(), self._replicas])
        super().__init__([ipywidgets.HBox([left, self._bars]), self._commands, self._trouble])
        self._draw()
        self._watch(karmada, members)
        self._painter.start()

    def close(self) -> None:
        """End the watches and take the widget away."""
        self._over.set()
        self._dirty.set()
        self._watching.close()
        if self._painter.is_alive() and self._painter is not threading.current_thread():
            self._painter.join(2.0)
        super().close()

    def html(self) -> str:
        """How it stands now, for pages without a kernel."""
        return f"<div>{self._bars.value}{self._commands.value}{self._trouble.value}</div>"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        found = super()._repr_mimebundle_(**options)
        return {**found, "text/html": self.html()} if isinstance(found, dict) else found

    def _must_have(self, word: str, name: str) -> Object:
        found = self._karmada.get(word, name, self._namespace)
        if found is None:
            raise LabError(
                f"expected {word}/{name} in {self._karmada.name}, found none. See what there is: "
                f"%kmd get {word} -n {self._namespace}"
            )
        return found

    def _slider(self, title: str, most: int) -> Any:
        return ipywidgets.IntSlider(min=0, max=most, description=title, continuous_update=False, style=_WIDE)

    def _watch(self, karmada: Connection, members: Mapping[str, Connection]) -> None:
        add = partial(self._watching.add, namespace=self._namespace)
        add(karmada, self._word, self._name, told=self._template_changed)
        add(karmada, _POLICY, self._policy_name, told=self._policy_changed)
        for cluster, connection in members.items():
            add(connection, self._word, self._name, told=partial(self._share_changed, cluster))

    def _template_changed(self, obj: Object | None) -> None:
        if obj is not None:
            self._template = obj
        self._dirty.set()

    def _policy_changed(self, obj: Object | None) -> None:
        if obj is not None:
            self._policy = obj
        self._dirty.set()

    def _share_changed(self, cluster: str, obj: Object | None) -> None:
        self._shares = {**self._shares, cluster: view.share(obj)}
        self._dirty.set()

    def _paint(self) -> None:
        """Draw after a change, and no more often than every REDRAW_SECONDS."""
        while not self._over.is_set():
            self._dirty.wait()
            self._dirty.clear()
            if not self._over.is_set():
                self._draw()
            self._over.wait(REDRAW_SECONDS)

    def _draw(self) -> None:
        self._following = True
        try:
            for cluster, weight in controls.weights(self._policy, list(self._sliders)).items():
                _show(self._sliders[cluster], weight)
            _show(self._replicas, replica_count(self._template))
        finally:
            self._following = False
        self._bars.value = view.bars(self._shares)
        change = controls.weighing(self._weights())
        self._commands.value = view.standing_for(
            [
                controls.scale_command(self._resource, self._replicas.value, self._namespace),
                controls.patch_command(self._policy_name, change, self._namespace),
            ],
            controls.as_yaml(change),
        )

    def _weights(self) -> dict[str, int]:
        return {cluster: slider.value for cluster, slider in self._sliders.items()}

    def _guarded(self, action: Callable[[], None], change: Any) -> None:
        """Run a callback; what goes wrong is shown in the widget, where the reader looks."""
        if self._following:
            return
        try:
            action()
        except Exception as error:
            self._trouble.value = view.trouble(f"{type(error).__name__}: {error}")
        else:
            self._trouble.value = ""
        self._dirty.set()

    def _weigh(self) -> None:
        wanted = self._weights()
        if not any(wanted.values()):
            raise LabError("expected at least one cluster with a weight above 0, found none")
        change = controls.weighing(wanted)
        self._policy = self._karmada.patch(_POLICY, self._policy_name, change, self._namespace)

    def _scale(self) -> None:
        change = controls.scaling(self._replicas.value)
        self._template = self._karmada.patch(self._word, self._name, change, self._namespace)


def _show(slider: Any, value: int) -> None:
    """Move a slider; one that is too short grows."""
    if value > slider.max:
        slider.max = value
    if slider.value != value:
        slider.value = value
