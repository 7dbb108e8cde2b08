"""Ports of containers that get in each other's way.

Follows warningsForPodSpecAndMeta in pkg/api/pod/warnings.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine.meta import Object


def of_ports(containers: Iterable[tuple[str, Object]]) -> list[str]:
    """``containers`` with their paths, in the order in which upstream visits them."""
    ports = [
        (f"{path}.ports[{index}]", port)
        for path, container in containers
        for index, port in enumerate(container.get("ports") or ())
    ]
    return _overlaps(ports) + _names(ports) if ports else []


def _overlaps(ports: list[tuple[str, Object]]) -> list[str]:
    found: list[str] = []
    known: dict[tuple[int, str], list[tuple[str, Object]]] = {}
    for at, port in ports:
        host, number = port.get("hostIP", ""), port.get("hostPort", 0)
        if host and not number:
            found.append(f"{at}: hostIP set without hostPort: {_shown(port)}")
        others = known.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
        for place, other in others:
            other_host, other_number = other.get("hostIP", ""), other.get("hostPort", 0)
            if (host, number) == (other_host, other_number):
                found.append(f"{at}: duplicate port definition with {place}")
            elif not number or not other_number:
                found.append(f"{at}: overlapping port definition with {place}")
            elif number == other_number and bool(host) != bool(other_host):
                found.append(f"{at}: dangerously ambiguous port definition with {place}")
        others.append((at, port))
    return found


def _names(ports: list[tuple[str, Object]]) -> list[str]:
    found: list[str] = []
    known: dict[str, str] = {}
    for at, port in ports:
        name = port.get("name")
        if not name:
            continue
        first = known.setdefault(name, at)
        if first != at:
            why = f"services and probes that select ports by name will use {first}"
            found.append(f'{at}: duplicate port name "{name}" with {first}, {why}')
    return found


def _shown(port: Object) -> str:
    """As Go's %+v shows the internal type."""
    names = {"Name": "name", "HostPort": "hostPort", "ContainerPort": "containerPort", "Protocol": "protocol"}
    blank = {"hostPort": 0, "containerPort": 0}
    fields = [f"{shown}:{port.get(name, blank.get(name, ''))}" for shown, name in names.items()]
    return "{" + " ".join([*fields, f"HostIP:{port.get('hostIP', '')}"]) + "}"
