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
from karmada_nb.language import say
from karmada_nb.manifests import Object, replica_count
from karmada_nb.watching import Watching
from karmada_nb.widgets import controls, view
from karmada_nb.widgets.controls import POLICIES, Act

REDRAW_SECONDS: Final = 0.1
HEAVIEST: Final = 20
MOST_REPLICAS: Final = 12
_WIDE: Final = {"description_width": "9em"}
_LONG: Final = {"width": "26em"}
_APART: Final = {"margin": "0 0 0 1em"}
# A row that is too wide for its place breaks; one that shrinks hides the sliders' numbers.
_BESIDE: Final = {"flex_flow": "row wrap"}


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
        self._dirty, self._over = threading.Event(), threading.Event()
        self._watching = Watching(self._reached)
        self._painter = threading.Thread(target=self._paint, daemon=True, name="distribution widget")
        self._karmada, self._namespace, self._resource = karmada, namespace, resource
        self._word, self._name = split(resource)
        self._policy_name = policy.rpartition("/")[2]
        self._template = self._must_have(self._word, self._name)
        self._policy = self._must_have(POLICIES, self._policy_name)
        self._shares = {
            cluster: view.share(connection.get(self._word, self._name, namespace))
            for cluster, connection in members.items()
        }
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._sliders = {cluster: self._slider(cluster, HEAVIEST) for cluster in members}
        self._replicas = self._slider(say("replicas"), MOST_REPLICAS)
        self._bars, self._commands, self._trouble = (ipywidgets.HTML() for _ in range(3))
        self._yaml = ipywidgets.HTML(layout=_APART)
        super().__init__(self._parts())
        self._draw()
        for cluster, slider in self._sliders.items():
            slider.observe(partial(self._moved, partial(self._weigh, cluster)), "value")
        self._replicas.observe(partial(self._moved, self._scale), "value")
        self._watch(karmada, members)
        self._painter.start()

    def _parts(self) -> list[Any]:
        """What stands where."""
        left = ipywidgets.VBox([*self._sliders.values(), self._replicas, self._bars])
        return [ipywidgets.HBox([left, self._yaml], layout=_BESIDE), self._trouble, self._commands]

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
        shown = (self._bars, self._yaml, self._trouble, self._commands)
        return f"<div>{''.join(part.value for part in shown)}</div>"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        found = super()._repr_mimebundle_(**options)
        return {**found, "text/html": self.html()} if isinstance(found, dict) else found

    def _must_have(self, word: str, name: str) -> Object:
        found = self._karmada.get(word, name, self._namespace)
        if found is None:
            raise LabError(
                "expected {word}/{name} in {cluster}, found none. See what there is: "
                "%kmd get {word} -n {namespace}",
                word=word,
                name=name,
                cluster=self._karmada.name,
                namespace=self._namespace,
            )
        return found

    def _slider(self, title: str, most: int) -> Any:
        return ipywidgets.IntSlider(
            min=0,
            max=most,
            description=title,
            tooltip=(
                say("how many replicas in all")
                if title == say("replicas")
                else say("the weight of {title}", title=title)
            ),
            continuous_update=False,
            style=_WIDE,
            layout=_LONG,
        )

    def _watch(self, karmada: Connection, members: Mapping[str, Connection]) -> None:
        add = partial(self._watching.add, namespace=self._namespace)
        add(karmada, self._word, self._name, told=self._template_changed)
        add(karmada, POLICIES, self._policy_name, told=self._policy_changed)
        for cluster, connection in members.items():
            add(connection, self._word, self._name, told=partial(self._share_changed, cluster))

    def _reached(self, cluster: str, why: str) -> None:
        """A cluster cannot be followed, or can be again."""
        self._dirty.set()

    def _template_changed(self, obj: Object | None) -> None:
        if obj is not None:
            self._template = _later(self._template, obj)
        self._dirty.set()

    def _policy_changed(self, obj: Object | None) -> None:
        if obj is not None:
            self._policy = _later(self._policy, obj)
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
        for cluster, weight in controls.weights(self._policy, list(self._sliders)).items():
            self._show(self._sliders[cluster], weight)
        self._show(self._replicas, replica_count(self._template))
        self._bars.value = view.bars(self._shares)
        change = controls.weighing(self._weights())
        self._commands.value = view.standing_for(
            [
                controls.scale_command(self._resource, self._replicas.value, self._namespace),
                controls.patch_command(self._policy_name, change, self._namespace),
            ]
        )
        self._yaml.value = view.manifest(controls.as_yaml(change))

    def _put(self, part: Any, html: str) -> None:
        """Send a part to the page if it has changed."""
        if part.value != html:
            part.value = html

    def _weights(self) -> dict[str, int]:
        return {cluster: slider.value for cluster, slider in self._sliders.items()}

    def _show(self, slider: Any, value: int) -> None:
        """Move a slider, unless the reader is moving it; one that is too short grows."""
        if slider.description in self._held:
            return
        if value > slider.max:
            slider.max = value
        if slider.value != value:
            slider.value = value

    def _moved(self, action: Callable[[Any], None], change: Any) -> None:
        """Do what the reader wants; what goes wrong is shown in the widget, where the reader looks."""
        if threading.current_thread() is self._painter:
            return
        self._attempt(partial(action, change["new"]), change["owner"].description)

    def _attempt(self, action: Callable[[], None], title: str) -> None:
        self._held.add(title)
        try:
            action()
        except Exception as error:
            self._trouble.value = view.trouble(f"{type(error).__name__}: {error}")
        else:
            self._trouble.value = ""
        finally:
            self._held.discard(title)
        self._dirty.set()

    def _weigh(self, cluster: str, weight: int) -> None:
        wanted = {**self._weights(), cluster: weight}
        if not any(wanted.values()):
            raise LabError("expected at least one cluster with a weight above 0, found none")
        change = controls.weighing(wanted)
        command = controls.patch_command(self._policy_name, change, self._namespace)
        was = controls.weights(self._policy, [cluster])[cluster]
        title = say("the weight of {cluster}, {now} → {was}", cluster=cluster, now=weight, was=was)
        self._act(Act(POLICIES, self._policy_name, change, command), title)

    def _scale(self, replicas: int) -> None:
        command = controls.scale_command(self._resource, replicas, self._namespace)
        title = say("replicas, {now} → {was}", now=replicas, was=replica_count(self._template))
        self._act(Act(self._word, self._name, controls.scaling(replicas), command), title)

    def _act(self, act: Act, back: str) -> None:
        """Change the real object. ``back`` says what taking it back would change."""
        done = self._karmada.patch(act.word, act.name, act.change, self._namespace)
        if act.word == POLICIES:
            self._policy = _later(self._policy, done)
        elif (act.word, act.name) == (self._word, self._name):
            self._template = _later(self._template, done)


def _later(known: Object, found: Object) -> Object:
    """The later of two versions; a watch may tell of the one before our own change after it."""
    ours, theirs = known["metadata"], found["metadata"]
    if ours["uid"] == theirs["uid"] and ours.get("generation", 0) > theirs.get("generation", 0):
        return known
    return found
