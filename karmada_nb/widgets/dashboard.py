"""The dashboard: the clusters with their nodes and pods, beside every control and what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import ipywidgets

from karmada_nb.clusters import CLUSTERS
from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.language import say
from karmada_nb.manifests import Object, pod_selector
from karmada_nb.widgets import controls, fleet, view
from karmada_nb.widgets.controls import POLICIES, Act, Undo
from karmada_nb.widgets.distribution import DistributionWidget
from karmada_nb.widgets.fleet import Member

MOST_UNDONE: Final = 50


class Dashboard(DistributionWidget):
    """Sliders and boxes change the real objects; all that is shown follows watches. ``close`` ends them."""

    def __init__(
        self,
        karmada: Connection,
        members: Mapping[str, Connection],
        resource: str,
        policy: str,
        namespace: str = "default",
    ) -> None:
        self._members = {name: Member() for name in members}
        self._undos: list[Undo] = []
        self._last: Act | None = None
        self._clusters_html, self._behind = ipywidgets.HTML(), ipywidgets.HTML()
        self._mode = ipywidgets.Dropdown(
            options=list(controls.MODES), description=say("replicas are"), style={"description_width": "9em"}
        )
        self._cordons = {
            name: ipywidgets.Checkbox(
                description=say("cordon {cluster}", cluster=name), indent=False, layout={"width": "auto"}
            )
            for name in members
        }
        self._undo = ipywidgets.Button(
            layout={"width": "auto", "max_width": "100%", "align_self": "flex-start"}
        )
        super().__init__(karmada, members, resource, policy, namespace)
        self._mode.observe(partial(self._moved, self._divide), "value")
        for name, box in self._cordons.items():
            box.observe(partial(self._moved, partial(self._cordon, name)), "value")
        self._undo.on_click(lambda _: self._attempt(self._take_back, "undo"))

    def html(self) -> str:
        """How it stands now, for pages without a kernel."""
        shown = (self._bars, self._clusters_html, self._trouble, self._behind)
        return f"<div>{''.join(part.value for part in shown)}</div>"

    def _parts(self) -> list[Any]:
        rows = [
            ipywidgets.HBox([self._sliders[name], self._cordons[name]], layout={"flex_flow": "row wrap"})
            for name in self._sliders
        ]
        turning = ipywidgets.VBox([*rows, self._replicas, self._mode, self._undo, self._trouble])
        seen = ipywidgets.VBox([self._clusters_html, self._bars])
        return [seen, turning, self._behind]

    def _watch(self, karmada: Connection, members: Mapping[str, Connection]) -> None:
        super()._watch(karmada, members)
        self._watching.add_all(karmada, CLUSTERS, None, self._clusters_changed)
        selector = pod_selector(self._template)
        for name, connection in members.items():
            nodes, pods = partial(self._known, name, "nodes"), partial(self._known, name, "pods")
            self._watching.add_all(connection, "nodes", None, nodes)
            self._watching.add_all(connection, "pods", self._namespace, pods, labels=selector)

    def _clusters_changed(self, found: dict[str, Object]) -> None:
        for name in self._members:
            self._known(name, "cluster", found.get(name))

    def _known(self, name: str, what: str, found: Any) -> None:
        with self._lock:
            self._members[name] = replace(self._members[name], **{what: found})
        self._dirty.set()

    def _reached(self, cluster: str, why: str) -> None:
        if cluster in self._members:
            self._known(cluster, "lost", why)
        elif why:
            self._trouble.value = view.trouble(why)

    def _draw(self) -> None:
        super()._draw()
        members = dict(self._members)
        self._put(self._clusters_html, fleet.cards(members))
        self._put(self._behind, self._explained())
        for name, box in self._cordons.items():
            box.disabled = members[name].cluster is None
            self._show_value(box, fleet.cordoned(members[name].cluster))
        self._show_value(self._mode, controls.mode(self._policy))
        if self._undos:
            self._undo.description = say("Undo: {title}", title=self._undos[-1].title)
            self._undo.tooltip = self._undos[-1].act.command
        else:
            self._undo.description = self._undo.tooltip = say("Nothing to undo")
        self._undo.disabled = not self._undos

    def _explained(self) -> str:
        """The command and the YAML behind each control."""
        change = controls.dividing(controls.mode(self._policy), self._weights())
        patch = controls.patch_command(self._policy_name, change, self._namespace)
        scale = controls.scale_command(self._resource, self._replicas.value, self._namespace)
        rows = [
            (say("replicas"), scale, controls.scaling(self._replicas.value)),
            (say("weights, and what replicas are"), patch, change),
        ]
        for name, member in self._members.items():
            if member.cluster is not None:
                wanted = not fleet.cordoned(member.cluster)
                taint = controls.cordoning(member.cluster, wanted)
                rows.append(
                    (say("cordon {cluster}", cluster=name), controls.cordon_command(name, wanted), taint)
                )
        return view.behind(
            [(title, command, controls.as_yaml(yaml)) for title, command, yaml in rows],
            self._last.command if self._last else "",
            self._undos[-1].act.command if self._undos else "",
        )

    def _show_value(self, control: Any, value: Any) -> None:
        if control.description not in self._held and control.value != value:
            control.value = value

    def _divide(self, kind: str) -> None:
        change = controls.dividing(kind, self._weights())
        command = controls.patch_command(self._policy_name, change, self._namespace)
        was = controls.mode(self._policy)
        title = say("replicas are {now} → {was}", now=kind, was=was)
        self._act(Act(POLICIES, self._policy_name, change, command), title)

    def _cordon(self, name: str, wanted: bool) -> None:
        cluster = self._members[name].cluster
        if cluster is None:
            raise LabError("{cluster} has not joined Karmada", cluster=name)
        title = say("uncordon {cluster}", cluster=name) if wanted else say("cordon {cluster}", cluster=name)
        command = controls.cordon_command(name, wanted)
        self._act(Act(CLUSTERS, name, controls.cordoning(cluster, wanted), command), title)

    def _act(self, act: Act, back: str) -> None:
        before = self._before(act)
        super()._act(act, back)
        self._last = act
        change = controls.undoing(act.change, before)
        self._undos = [*self._undos, Undo(back, replace(act, change=change, command=self._back(act, change)))]
        del self._undos[:-MOST_UNDONE]

    def _before(self, act: Act) -> Object | None:
        if act.word == POLICIES:
            return self._policy
        return self._members[act.name].cluster if act.word == CLUSTERS else self._template

    def _back(self, act: Act, change: Object) -> str:
        """The command that takes an act back."""
        if act.word == CLUSTERS:
            return controls.cordon_command(act.name, act.command.startswith("%karmadactl uncordon"))
        if act.word == POLICIES:
            return controls.patch_command(self._policy_name, change, self._namespace)
        return controls.scale_command(self._resource, change["spec"]["replicas"], self._namespace)

    def _take_back(self) -> None:
        if not self._undos:
            return
        undo = self._undos[-1]
        super()._act(undo.act, "")
        self._last, self._undos = undo.act, self._undos[:-1]
