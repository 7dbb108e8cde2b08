"""The clusters as the dashboard shows them, with nodes and pods, as escaped HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from karmada_nb.frames import condition
from karmada_nb.language import say
from karmada_nb.manifests import Object
from karmada_nb.widgets.controls import CORDON

READY, STARTING, ENDING, FAILED = "ready", "starting", "ending", "failed"
SIGNS: Final = {READY: "●", STARTING: "◐", ENDING: "◌", FAILED: "✕"}
"""Shapes that are told apart without colours; the words stand beside them."""
_LINE: Final = "1px solid var(--jp-border-color1, #8a8a8a)"


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of one cluster: Karmada's object for it, its own nodes and the application's pods."""

    cluster: Object | None = None
    nodes: Mapping[str, Object] = field(default_factory=dict)
    pods: Mapping[str, Object] = field(default_factory=dict)
    lost: str = ""
    """Why it cannot be followed; empty while it can."""


def phase(pod: Object) -> str:
    """How a pod is, in a word."""
    if pod["metadata"].get("deletionTimestamp"):
        return ENDING
    if condition(pod, "Ready") == "True":
        return READY
    status = pod.get("status") or {}
    waiting = [(c.get("state") or {}).get("waiting") or {} for c in status.get("containerStatuses") or ()]
    broken = any(w.get("reason") not in (None, "ContainerCreating", "PodInitializing") for w in waiting)
    return FAILED if broken or status.get("phase") == "Failed" else STARTING


def cordoned(cluster: Object | None) -> bool:
    """Whether Karmada places nothing new there because somebody said so."""
    taints = ((cluster or {}).get("spec") or {}).get("taints") or ()
    return any(taint.get("key") == CORDON for taint in taints)


def standing(member: Member) -> str:
    """What Karmada thinks of a cluster."""
    if member.cluster is None:
        return say("not joined")
    ready = condition(member.cluster, "Ready")
    said = {"True": say("Ready"), "False": say("NotReady")}.get(ready, say("Unknown"))
    return f"{said}, {say('cordoned')}" if cordoned(member.cluster) else said


def cards(members: Mapping[str, Member]) -> str:
    """A card a cluster, side by side where there is room."""
    inner = "".join(_card(name, member) for name, member in members.items())
    legend = " · ".join(f"{sign} {escape(say(word))}" for word, sign in SIGNS.items())
    return (
        f'<div style="display: flex; flex-wrap: wrap; gap: 0.8em">{inner}</div>'
        f'<p style="margin: 0.5em 0 0 0">{escape(say("Pods:"))} {legend}</p>'
    )


def _card(name: str, member: Member) -> str:
    by_node: dict[str, list[str]] = {node: [] for node in sorted(member.nodes)}
    for _, pod in sorted(member.pods.items()):
        node = (pod.get("spec") or {}).get("nodeName") or say("no node yet")
        by_node.setdefault(node, []).append(phase(pod))
    rows = "".join(_node(node, member.nodes.get(node), phases) for node, phases in by_node.items())
    lost = f'<p style="margin: 0.3em 0">✕ {escape(say("It does not answer."))}</p>' if member.lost else ""
    return (
        f'<section aria-label="{escape(spoken(name, member), quote=True)}" '
        f'style="border: {_LINE}; border-radius: 4px; padding: 0.5em 0.8em; min-width: 15em">'
        f"<strong>{escape(name)}</strong> <span>({escape(standing(member))})</span>{lost}"
        f'<table style="margin: 0.3em 0 0 0; border-spacing: 0.5em 0.1em">{rows}</table></section>'
    )


def _node(name: str, node: Object | None, phases: list[str]) -> str:
    ready = "" if node is None or condition(node, "Ready") == "True" else f" ({say('NotReady')})"
    signs = " ".join(SIGNS[found] for found in phases) or "–"
    spelt = escape(", ".join(map(say, phases)), quote=True)
    return (
        f'<tr><td style="text-align: left; white-space: nowrap">{escape(name + ready)}</td>'
        f'<td style="text-align: left; font-size: 1.15em" title="{spelt}">'
        f"{signs}</td></tr>"
    )


def spoken(name: str, member: Member) -> str:
    """A card in words."""
    phases = [phase(pod) for pod in member.pods.values()]
    counted = ", ".join(f"{phases.count(p)} {say(p)}" for p in SIGNS if p in phases) or say("no pods")
    return say(
        "{name}: {standing}, {nodes} nodes, {pods}.",
        name=name,
        standing=standing(member),
        nodes=len(member.nodes),
        pods=counted,
    )
