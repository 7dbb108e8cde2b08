"""What the distribution widget shows, as HTML. Pure functions; all text is escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from karmada_nb.frames import ready_replicas
from karmada_nb.language import say
from karmada_nb.manifests import Object, replica_count

_BLUE: Final = "#0072B2"
_STRIPES: Final = f"repeating-linear-gradient(45deg, {_BLUE} 0 6px, #56B4E9 6px 9px)"
_UNIT: Final = 28
"""Pixels a replica, unless there are too many."""
_WIDEST: Final = 336
_CELL: Final = "text-align: left; vertical-align: top; padding: 0.3em 0.6em"
_YAML: Final = "line-height: 1.25; margin: 0; white-space: pre"
WRAPPED: Final = "white-space: pre-wrap; word-break: normal; overflow-wrap: break-word"


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
    values = {"ready": ready, "total": total, "clusters": len(shares)}
    return say("{ready} of {total} replicas are ready in {clusters} clusters.", **values)


def standing_for(commands: list[str]) -> str:
    """The commands that the controls stand for."""
    lines = "\n".join(map(breakable, commands))
    title = escape(say("The sliders stand for these commands:"))
    return f'<div>{title}</div><pre style="{WRAPPED}">{lines}</pre>'


def breakable(command: str) -> str:
    """A command, escaped, that breaks after a comma and between words, and not within them."""
    return escape(command).replace(",", ",<wbr>")


def behind(rows: Sequence[tuple[str, str, str]], last: str, undo: str) -> str:
    """Title, command and YAML of each control, below what was done last and what undo would do.

    The YAML stands beside the command where there is room, else below it.
    """
    body = "".join(
        f'<tr><th scope="row" style="{_CELL}">{escape(title)}</th>'
        f'<td style="{_CELL}"><div style="display: flex; flex-wrap: wrap; gap: 0.5em 1.5em">'
        f'<code style="{WRAPPED}; flex: 1 1 18em; max-width: 36em">{breakable(command)}</code>'
        f'<pre style="{_YAML}">{escape(yaml.strip())}</pre></div></td></tr>'
        for title, command, yaml in rows
    )
    heads = (say("control"), say("command, and the same as YAML"))
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(title)}</th>' for title in heads)
    done = f"<div>{escape(say('Done last:'))} <code>{breakable(last)}</code></div>" if last else ""
    back = f"<div>{escape(say('Undo would do:'))} <code>{breakable(undo)}</code></div>" if undo else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    summary = escape(say("What stands behind the controls"))
    return f'{done}{back}<div style="margin-top: 0.5em"><strong>{summary}</strong></div>{table}'


def manifest(text: str) -> str:
    """The YAML that the controls stand for; it stays open while they move."""
    return (
        f"<div>{escape(say('The weights, as the policy has them:'))}</div>"
        f'<pre style="line-height: 1.25; margin: 0.4em 0 0 0">{escape(text.strip())}</pre>'
    )


def trouble(message: str) -> str:
    """An error, to be seen; nothing where there is none."""
    if not message:
        return ""
    return f'<div role="alert" style="border-left: 4px solid #D55E00; padding: 0.4em">{escape(message)}</div>'
