"""What a container's process finds: environment, files, user, network.

Follows pkg/kubelet/kuberuntime/kuberuntime_container.go (generateContainerConfig) and security_context.go.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.images.catalog import Image, command_line, lookup
from karmada_nb.engine.images.files import Files
from karmada_nb.engine.images.trees import Tree
from karmada_nb.engine.images.users import User
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network.host import PodHost
from karmada_nb.engine.nodes.kubelet import environment, hosts
from karmada_nb.engine.nodes.kubelet.environment import ConfigError, Site
from karmada_nb.engine.nodes.kubelet.node import Node
from karmada_nb.engine.nodes.kubelet.run import TERMINATION_LOG, Run
from karmada_nb.engine.nodes.kubelet.volumes import Volumes


def prepare(
    node: Node, pod: Object, container: Object, volumes: Volumes, host: PodHost
) -> tuple[Run, tuple[str, ...]]:
    """The process to start, and its command line. Raises ConfigError."""
    image = lookup(container.get("image", ""))
    user = _user(pod, container, image)
    site = Site(host.ip, node.ip, node.allocatable)
    values = environment.variables(pod, container, image.env, node.objects, site)
    command, args = environment.command(container, values)
    read_only = meta.dig(container, "securityContext", "readOnlyRootFilesystem") is True
    files = Files(image.files, read_only=read_only)
    files.provide("/etc/hostname", f"{hosts.hostname(pod)}\n".encode())
    files.provide("/etc/hosts", hosts.hosts_file(pod, host.ip).encode())
    files.provide("/etc/resolv.conf", hosts.resolv_conf(pod).encode())
    volumes.mount(files, container, values)
    files.mount(container.get("terminationMessagePath") or TERMINATION_LOG, Tree({"": b""}))
    if meta.dig(pod, "spec", "hostNetwork") and _administers(container):
        host = host.as_administrator(node.table)
    run = Run(node.clock, image, values, files, host, container, user)
    return run, command_line(image, command, args)


def _user(pod: Object, container: Object, image: Image) -> User:
    """Who the process is. Raises ConfigError for root where it must not be."""
    common = meta.dig(pod, "spec", "securityContext", default={})
    context = {**common, **(container.get("securityContext") or {})}
    wanted = context.get("runAsUser")
    root = wanted == 0 or (wanted is None and image.user == "root")
    if context.get("runAsNonRoot") and root:
        what = (
            "container's runAsUser breaks non-root policy"
            if wanted == 0
            else ("container has runAsNonRoot and image will run as root")
        )
        place = f"{meta.name(pod)}_{meta.namespace(pod)}({meta.uid(pod)})"
        raise ConfigError(f'{what} (pod: "{place}", container: {container["name"]})')
    groups = [*(common.get("supplementalGroups") or ())]
    if "fsGroup" in common:
        groups.append(common["fsGroup"])
    gains = context.get("allowPrivilegeEscalation") is not False
    return User(
        image.user if wanted is None else str(wanted),
        context.get("runAsGroup"),
        tuple(groups),
        _administers(container),
        gains,
    )


def _administers(container: Object) -> bool:
    """Whether the container may change its network: it is privileged, or has the capability."""
    context = container.get("securityContext") or {}
    added = meta.dig(context, "capabilities", "add", default=[])
    return bool(context.get("privileged")) or not {"NET_ADMIN", "ALL"}.isdisjoint(added)
