"""Services and Ingresses: the addresses of all clusters in one list.

Follows pkg/resourceinterpreter/default/native/aggregatestatus.go, pkg/util/helper/service.go and ingress.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from karmada_nb.engine.karmada.interpreter.aggregate import reported, with_status
from karmada_nb.engine.karmada.interpreter.base import Items
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping, number
from karmada_nb.engine.meta import Object


def _port_order(port: Object) -> tuple[int, str, bool, str]:
    error = port.get("error")
    return number(port, "port"), port.get("protocol", ""), error is not None, error or ""


def _entry_order(entry: Object) -> tuple[bool, str, str, bool, str]:
    hostname = entry.get("hostname", "")
    mode = entry.get("ipMode")
    return not hostname, hostname, entry.get("ip", ""), mode is not None, mode or ""


def dedupe_and_sort(entries: Iterable[Object]) -> list[Object]:
    """One entry for an address, with the ports of all its entries; host names first, then by address."""
    ports: dict[tuple[Any, ...], dict[tuple[Any, ...], Object]] = {}
    for entry in entries:
        address = (entry.get("hostname", ""), entry.get("ip", ""), entry.get("ipMode"))
        found = ports.setdefault(address, {})
        for port in list_field(entry, "ports"):
            found.setdefault(_port_order(port), {"protocol": "", **port})
    out: list[Object] = []
    for (hostname, ip, mode), found in ports.items():
        merged: Object = {}
        if hostname:
            merged["hostname"] = hostname
        if ip:
            merged["ip"] = ip
        if mode is not None:
            merged["ipMode"] = mode
        if found:
            merged["ports"] = [found[key] for key in sorted(found)]
        out.append(merged)
    return sorted(out, key=_entry_order)


def _entries(items: Items, *, name_clusters: bool = False) -> list[Object]:
    out: list[Object] = []
    for cluster, member in reported(items):
        for entry in list_field(mapping(member, "loadBalancer"), "ingress"):
            unnamed = name_clusters and not entry.get("hostname")
            out.append({**entry, "hostname": cluster} if unnamed else entry)
    return out


def _status(entries: list[Object]) -> Object:
    return {"loadBalancer": {"ingress": entries} if entries else {}}


def aggregate_ingress_status(obj: Object, items: Items, now: datetime) -> Object:
    return with_status(obj, _status(dedupe_and_sort(_entries(items))))


def aggregate_service_status(obj: Object, items: Items, now: datetime) -> Object:
    """Only load balancers have a status to aggregate."""
    if mapping(obj, "spec").get("type") != "LoadBalancer":
        return obj
    return aggregate_ingress_status(obj, items, now)


def article_ingress_status(obj: Object, items: Items, now: datetime) -> Object:
    """v1.2: every entry as it came, one without a host name under its cluster's."""
    entries = _entries(items, name_clusters=True)
    if not entries and not mapping(mapping(obj, "status"), "loadBalancer").get("ingress"):
        return obj
    return with_status(obj, _status(entries))


def article_service_status(obj: Object, items: Items, now: datetime) -> Object:
    if mapping(obj, "spec").get("type") != "LoadBalancer":
        return obj
    return article_ingress_status(obj, items, now)
