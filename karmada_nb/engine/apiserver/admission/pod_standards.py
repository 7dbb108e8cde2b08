"""The Pod Security Standards: what ``baseline`` and ``restricted`` do not allow a pod.

Follows k8s.io/pod-security-admission policy/check_*.go. A check gives a reason and its details.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from karmada_nb.engine.meta import Object

Finding = tuple[str, str]
"""Why a pod is not allowed, and where."""
Check = Callable[[Object], Finding | None]
LEVELS: Final = ("privileged", "baseline", "restricted")
_DEFAULT_CAPABILITIES: Final = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
_SAFE_SYSCTLS: Final = frozenset(
    {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    }
)  # fmt: skip
_FREE_VOLUMES: Final = frozenset(
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim",
        "projected", "secret",
    }
)  # fmt: skip
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")


def violations(level: str, spec: Object) -> list[Finding]:
    """What is wrong with a pod's spec at a level, in upstream's order."""
    if level == "privileged":
        return []
    checks = _BASELINE if level == "baseline" else (*_BEYOND_REPLACED, *_RESTRICTED)
    return [found for check in checks if (found := check(spec)) is not None]


def told(findings: Sequence[Finding]) -> str:
    """``reason (details), reason (details)``."""
    return ", ".join(f"{reason} ({detail})" if detail else reason for reason, detail in findings)


def _containers(spec: Object) -> Iterator[tuple[str, Object]]:
    for kind in _CONTAINERS:
        for container in spec.get(kind) or ():
            yield container["name"], container.get("securityContext") or {}


def _named(names: Sequence[str], one: str = "container") -> str:
    return f"{one if len(names) == 1 else one + 's'} {_quoted(names)}"


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _host_namespaces(spec: Object) -> Finding | None:
    found = [f"{name}=true" for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    return ("host namespaces", ", ".join(found)) if found else None


def _host_paths(spec: Object) -> Finding | None:
    found = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath") is not None]
    return ("hostPath volumes", _named(found, "volume")) if found else None


def _host_ports(spec: Object) -> Finding | None:
    names: list[str] = []
    ports: set[int] = set()
    for kind in _CONTAINERS:
        for container in spec.get(kind) or ():
            own = {port["hostPort"] for port in container.get("ports") or () if port.get("hostPort")}
            names += [container["name"]] if own else []
            ports |= own
    if not ports:
        return None
    use = "uses" if len(names) == 1 else "use"
    noun = "hostPort" if len(ports) == 1 else "hostPorts"
    return "hostPort", f"{_named(names)} {use} {noun} {', '.join(map(str, sorted(ports)))}"


def _privileged(spec: Object) -> Finding | None:
    found = [name for name, context in _containers(spec) if context.get("privileged")]
    return ("privileged", f"{_named(found)} must not set securityContext.privileged=true") if found else None


def _proc_mount(spec: Object) -> Finding | None:
    found = [(n, c["procMount"]) for n, c in _containers(spec) if c.get("procMount", "Default") != "Default"]
    if not found:
        return None
    kinds = _quoted(sorted({kind for _, kind in found}))
    return "procMount", f"{_named([n for n, _ in found])} must not set securityContext.procMount to {kinds}"


def _capabilities(spec: Object) -> Finding | None:
    names: list[str] = []
    added: set[str] = set()
    for name, context in _containers(spec):
        own = set((context.get("capabilities") or {}).get("add") or ()) - _DEFAULT_CAPABILITIES
        names += [name] if own else []
        added |= own
    if not names:
        return None
    where = "securityContext.capabilities.add"
    return "non-default capabilities", f"{_named(names)} must not include {_quoted(sorted(added))} in {where}"


def _sysctls(spec: Object) -> Finding | None:
    given = [item["name"] for item in (spec.get("securityContext") or {}).get("sysctls") or ()]
    found = [name for name in given if name not in _SAFE_SYSCTLS]
    return ("forbidden sysctls", ", ".join(found)) if found else None


def _host_process(spec: Object) -> Finding | None:
    asked = (spec.get("securityContext") or {}).get("windowsOptions") or {}
    pod = ["pod"] if asked.get("hostProcess") else []
    names = [n for n, c in _containers(spec) if (c.get("windowsOptions") or {}).get("hostProcess")]
    who = " and ".join([*pod, *([_named(names)] if names else [])])
    return (
        ("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true")
        if who
        else None
    )


def _profile(context: Object) -> str | None:
    kind: str | None = (context.get("seccompProfile") or {}).get("type")
    return kind


def _seccomp(spec: Object) -> Finding | None:
    pod = ["pod"] if _profile(spec.get("securityContext") or {}) == "Unconfined" else []
    names = [name for name, context in _containers(spec) if _profile(context) == "Unconfined"]
    who = " and ".join([*pod, *([_named(names)] if names else [])])
    return (
        ("seccompProfile", f'{who} must not set securityContext.seccompProfile.type to "Unconfined"')
        if who
        else None
    )


def _escalation(spec: Object) -> Finding | None:
    if (spec.get("os") or {}).get("name") == "windows":
        return None
    found = [n for n, context in _containers(spec) if context.get("allowPrivilegeEscalation") is not False]
    detail = f"{_named(found)} must set securityContext.allowPrivilegeEscalation=false"
    return ("allowPrivilegeEscalation != false", detail) if found else None


def _restricted_capabilities(spec: Object) -> Finding | None:
    if (spec.get("os") or {}).get("name") == "windows":
        return None
    keeping: list[str] = []
    adding: list[str] = []
    added: set[str] = set()
    for name, context in _containers(spec):
        capabilities = context.get("capabilities") or {}
        if "ALL" not in (capabilities.get("drop") or ()):
            keeping.append(name)
        own = set(capabilities.get("add") or ()) - {"NET_BIND_SERVICE"}
        adding += [name] if own else []
        added |= own
    details = []
    if keeping:
        details.append(f'{_named(keeping)} must set securityContext.capabilities.drop=["ALL"]')
    if adding:
        words = _quoted(sorted(added))
        details.append(f"{_named(adding)} must not include {words} in securityContext.capabilities.add")
    return ("unrestricted capabilities", "; ".join(details)) if details else None


def _volumes(spec: Object) -> Finding | None:
    found = [
        (volume["name"], next(iter(volume.keys() - {"name"}), "unknown"))
        for volume in spec.get("volumes") or ()
        if not volume.keys() & _FREE_VOLUMES
    ]
    if not found:
        return None
    kinds = sorted({kind for _, kind in found})
    use = "uses" if len(found) == 1 else "use"
    noun = "type" if len(kinds) == 1 else "types"
    names = _named([name for name, _ in found], "volume")
    return "restricted volume types", f"{names} {use} restricted volume {noun} {_quoted(kinds)}"


def _non_root(spec: Object) -> Finding | None:
    pod = (spec.get("securityContext") or {}).get("runAsNonRoot")
    bad = [n for n, c in _containers(spec) if c.get("runAsNonRoot") is False]
    silent = [n for n, c in _containers(spec) if c.get("runAsNonRoot") is None]
    details = []
    if pod is False:
        details.append("pod must not set securityContext.runAsNonRoot=false")
    if bad:
        details.append(f"{_named(bad)} must not set securityContext.runAsNonRoot=false")
    elif silent and not pod and pod is not False:
        details.append(f"pod or {_named(silent)} must set securityContext.runAsNonRoot=true")
    return ("runAsNonRoot != true", "; ".join(details)) if details else None


def _root_user(spec: Object) -> Finding | None:
    pod = ["pod"] if (spec.get("securityContext") or {}).get("runAsUser") == 0 else []
    names = [name for name, context in _containers(spec) if context.get("runAsUser") == 0]
    who = " and ".join([*pod, *([_named(names)] if names else [])])
    return ("runAsUser=0", f"{who} must not set runAsUser=0") if who else None


def _restricted_seccomp(spec: Object) -> Finding | None:
    if (spec.get("os") or {}).get("name") == "windows":
        return None
    bad = _seccomp(spec)
    if bad is not None:
        return bad
    if _profile(spec.get("securityContext") or {}) is not None:
        return None
    silent = [name for name, context in _containers(spec) if _profile(context) is None]
    wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return ("seccompProfile", f"pod or {_named(silent)} {wanted}") if silent else None


_ALWAYS: Final[tuple[Check, ...]] = (_host_namespaces, _host_paths, _host_ports, _privileged, _proc_mount)
_BASELINE: Final[tuple[Check, ...]] = (_capabilities, *_ALWAYS, _seccomp, _sysctls, _host_process)
_BEYOND_REPLACED: Final[tuple[Check, ...]] = (*_ALWAYS, _sysctls, _host_process)
"""Those of ``baseline`` that ``restricted`` does not have a stricter one for."""
_RESTRICTED: Final[tuple[Check, ...]] = (
    _escalation,
    _restricted_capabilities,
    _volumes,
    _non_root,
    _root_user,
    _restricted_seccomp,
)
