"""What a pod is told of names and addresses: its host name, ``/etc/hosts`` and ``/etc/resolv.conf``. Pure.

Follows pkg/kubelet/kubelet_pods.go (managedHostsFileContent) and pkg/kubelet/network/dns/dns.go (GetPodDNS).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network.host import NAMESERVER
from karmada_nb.engine.network.names import DOMAIN, NDOTS, search_path
from karmada_nb.engine.network.network import loopback

_LONGEST: Final = 63
_LOCAL: Final = (
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\n"
    "fe00::0\tip6-mcastprefix\n"
    "fe00::1\tip6-allnodes\n"
    "fe00::2\tip6-allrouters\n"
)
_NODES_OWN: Final = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
_MANAGED: Final = "# Kubernetes-managed hosts file.\n"
_MANAGED_HOST_NETWORK: Final = "# Kubernetes-managed hosts file (host network).\n"
_NODES_SERVER: Final = "127.0.0.11"
"""The resolver of a node that is itself a container."""


def hostname(pod: Object) -> str:
    """The name that the kernel tells the pod's programs."""
    short, domain = _short(pod), _domain(pod)
    return f"{short}.{domain}" if domain and meta.dig(pod, "spec", "setHostnameAsFQDN") else short


def known_names(pod: Object, ip: str) -> dict[str, str]:
    """The addresses by name of the pod's ``/etc/hosts``."""
    short, domain = _short(pod), _domain(pod)
    found = {short: ip, **({f"{short}.{domain}": ip} if domain else {})}
    for item in meta.dig(pod, "spec", "hostAliases", default=[]):
        found.update(dict.fromkeys(item.get("hostnames") or (), item["ip"]))
    return found


def hosts_file(pod: Object, ip: str) -> str:
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        head = _MANAGED_HOST_NETWORK + _NODES_OWN
    else:
        short, domain = _short(pod), _domain(pod)
        own = f"{short}.{domain}\t{short}" if domain else short
        head = f"{_MANAGED}{_LOCAL}{ip}\t{own}\n"
    aliases = spec.get("hostAliases") or ()
    added = [f"{item['ip']}\t" + "\t".join(item.get("hostnames") or ()) + "\n" for item in aliases]
    return head + ("\n# Entries added by HostAliases.\n" + "".join(added) if added else "")


def host_ports(pod: Object, node_ip: str) -> Iterator[tuple[tuple[str, int, str], int]]:
    """Address, port and protocol on the node, and the port of the pod that each leads to."""
    for container in pod["spec"]["containers"]:
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                wanted = port.get("hostIP") or "0.0.0.0"
                at = port["hostPort"], port.get("protocol", "TCP")
                if wanted in ("0.0.0.0", node_ip):
                    yield (node_ip, *at), port["containerPort"]
                if wanted == "0.0.0.0" or wanted.startswith("127."):
                    yield (loopback(node_ip), *at), port["containerPort"]


def resolv_conf(pod: Object) -> str:
    spec = pod["spec"]
    policy = spec.get("dnsPolicy", "ClusterFirst")
    servers: list[str] = [_NODES_SERVER]
    searches: list[str] = []
    options: list[str] = []
    if policy == "None":
        servers = []
    elif policy == "ClusterFirstWithHostNet" or (policy == "ClusterFirst" and not spec.get("hostNetwork")):
        servers, searches = [NAMESERVER], list(search_path(meta.namespace(pod)))
        options = [f"ndots:{NDOTS}"]
    config = spec.get("dnsConfig") or {}
    servers = list(dict.fromkeys([*servers, *(config.get("nameservers") or ())]))
    searches = list(dict.fromkeys([*searches, *(config.get("searches") or ())]))
    given = [_option(item) for item in config.get("options") or ()]
    named = {text.partition(":")[0] for text in given}
    options = [text for text in options if text.partition(":")[0] not in named] + given
    lines = [f"nameserver {server}" for server in servers]
    if searches:
        lines.insert(0, f"search {' '.join(searches)}")
    if options:
        lines.append(f"options {' '.join(options)}")
    return "".join(f"{line}\n" for line in lines)


def _option(item: Object) -> str:
    return f"{item['name']}:{item['value']}" if item.get("value") else str(item["name"])


def _short(pod: Object) -> str:
    return str(meta.dig(pod, "spec", "hostname", default=meta.name(pod)))[:_LONGEST].rstrip("-.")


def _domain(pod: Object) -> str:
    subdomain = meta.dig(pod, "spec", "subdomain", default="")
    return f"{subdomain}.{meta.namespace(pod)}.svc.{DOMAIN}" if subdomain else ""
