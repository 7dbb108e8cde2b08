"""What the distribution widget shows, as HTML. Pure functions; all text is escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from karmada_nb.frames import ready_replicas
from karmada_nb.manifests import Object, replica_count

_BLUE: Final = "#0072B2"
_STRIPES: Final = f"repeating-linear-gradient(45deg, {_BLUE} 0 6px, #56B4E9 6px 9px)"
_UNIT: Final = 28
"""Pixels a replica, unless there are too many."""
_WIDEST: Final = 336


@dataclass(frozen=True, slots=True)
class Share:
    """What one cluster wants and has."""

    desired: int
    ready: int


def share(obj: Object | None) -> Share:
    return Share(replica_count(obj), ready_replicas(obj)) if obj else Share(0, 0)


def bars(shares: Mapping[str, Share]) -> str:
    """A bar a cluster, as wide as it wants replicas, filled as far as they are ready."""
    most = max([1, *(max(found.desired, found.ready) for found in shares.values())])
    unit = min(_UNIT, _WIDEST / most)
    rows = "".join(_bar(name, found, unit) for name, found in shares.items())
    return f'<table style="border-spacing: 0.4em">{rows}</table><p>{escape(sentence(shares))}</p>'


def _bar(name: str, found: Share, unit: float) -> str:
    wide, filled = round(found.desired * unit), round(min(found.ready, found.desired) * unit)
    return (
        f'<tr><td style="text-align: right">{escape(name)}</td><td>'
        f'<div style="width: {max(wide, 2)}px; height: 1.2em; border: 1px solid #7a7a7a">'
        f'<div style="width: {filled}px; height: 100%; background: {_STRIPES}"></div></div></td>'
        f"<td>{found.ready}/{found.desired}</td></tr>"
    )


def sentence(shares: Mapping[str, Share]) -> str:
    """The bars in words."""
    total = sum(found.desired for found in shares.values())
    ready = sum(found.ready for found in shares.values())
    return f"{ready} of {total} replicas are ready in {len(shares)} clusters."


def standing_for(commands: list[str]) -> str:
    """The commands that the controls stand for."""
    typed = escape("\n".join(commands))
    return (
        "<div>The sliders stand for these commands:</div>"
        f'<pre style="white-space: pre-wrap; overflow-wrap: anywhere">{typed}</pre>'
    )


def manifest(text: str) -> str:
    """The YAML that the controls stand for; it stays open while they move."""
    return (
        "<div>The weights, as the policy has them:</div>"
        f'<pre style="line-height: 1.25; margin: 0.4em 0 0 0">{escape(text.strip())}</pre>'
    )


def trouble(message: str) -> str:
    """An error, to be seen; nothing where there is none."""
    if not message:
        return ""
    return f'<div role="alert" style="border-left: 4px solid #D55E00; padding: 0.4em">{escape(message)}</div>'
