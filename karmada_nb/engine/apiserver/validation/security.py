"""Security contexts of pods and containers, and the operating system that a pod is for.

Follows ValidateSecurityContext, validatePodSpecSecurityContext, validateHostUsers and validateOS in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import re
from typing import Any, Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import between
from karmada_nb.engine.apiserver.validation.paths import descending_path
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_MAX_ID: Final = 2**31 - 1
_PROFILES: Final = ("Localhost", "RuntimeDefault", "Unconfined")
_SYSCTL: Final = r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
_SYSCTL_RE: Final = re.compile(_SYSCTL)
_LONGEST_SYSCTL: Final = 253
_CONTEXT: Final = (
    "capabilities", "privileged", "seLinuxOptions", "windowsOptions", "runAsUser", "runAsGroup",
    "runAsNonRoot", "readOnlyRootFilesystem", "allowPrivilegeEscalation", "procMount", "seccompProfile",
    "appArmorProfile",
)  # fmt: skip
_NOT_ON_WINDOWS: Final = (
    "appArmorProfile", "seLinuxOptions", "hostUsers", "hostPID", "hostIPC", "seccompProfile", "fsGroup",
    "fsGroupChangePolicy", "sysctls", "shareProcessNamespace", "runAsUser", "runAsGroup",
    "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy",
)  # fmt: skip
_CHOICES: Final = {
    "fsGroupChangePolicy": ("Always", "OnRootMismatch"),
    "seLinuxChangePolicy": ("Recursive",),
    "supplementalGroupsPolicy": ("Merge", "Strict"),
}
_OF_THE_POD: Final = frozenset({"hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"})
_NOT_IN_WINDOWS_CONTAINERS: Final = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem",
    "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")


def validate_security_context(context: Object | None, path: str, *, host_users: bool) -> list[Cause]:
    """What a container may do. ``host_users``: the pod has no user namespace of its own."""
    if not context:
        return []
    causes = _ids(context, path, "runAsUser", "runAsGroup")
    mount = context.get("procMount")
    if mount is not None:
        if mount not in ("Default", "Unmasked"):
            causes.append(field.not_supported(f"{path}.procMount", mount, ("Default", "Unmasked")))
        if host_users and mount == "Unmasked":
            why = "`hostUsers` must be false to use `Unmasked`"
            causes.append(field.invalid(f"{path}.procMount", mount, why))
    causes += _profile(context.get("seccompProfile"), f"{path}.seccompProfile", "seccomp")
    if context.get("allowPrivilegeEscalation") is False:
        why = "cannot set `allowPrivilegeEscalation` to false and "
        if context.get("privileged"):
            causes.append(field.invalid(path, _internal(context), why + "`privileged` to true"))
        added = (context.get("capabilities") or {}).get("add") or []
        if "CAP_SYS_ADMIN" in added:
            why += "`capabilities.Add` CAP_SYS_ADMIN"
            causes.append(field.invalid(path, _internal(context), why))
    return causes + _profile(context.get("appArmorProfile"), f"{path}.appArmorProfile", "AppArmor")


def validate_pod_security(spec: Object, path: str) -> list[Cause]:
    """``spec.securityContext`` and the fields beside it that belong to the same struct inside."""
    context, at = spec.get("securityContext") or {}, f"{path}.securityContext"
    causes = _ids(context, at, "fsGroup", "runAsUser", "runAsGroup")
    for index, group in enumerate(context.get("supplementalGroups") or []):
        if not 0 <= group <= _MAX_ID:
            causes.append(field.invalid(f"{at}.supplementalGroups[{index}]", group, between(0, _MAX_ID)))
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        why = "ShareProcessNamespace and HostPID cannot both be enabled"
        causes.append(field.invalid(f"{at}.shareProcessNamespace", True, why))
    causes += _sysctls(context.get("sysctls") or [], spec, f"{at}.sysctls")
    causes += _choice(context, "fsGroupChangePolicy", at)
    causes += _profile(context.get("seccompProfile"), f"{at}.seccompProfile", "seccomp")
    causes += _profile(context.get("appArmorProfile"), f"{at}.appArmorProfile", "AppArmor")
    causes += _choice(context, "supplementalGroupsPolicy", at)
    return causes + _choice(context, "seLinuxChangePolicy", at)


def _choice(context: Object, name: str, path: str) -> list[Cause]:
    return field.optional(f"{path}.{name}", context.get(name), _CHOICES[name])


def validate_host_users(spec: Object, path: str) -> list[Cause]:
    """A user namespace of its own goes with no other namespace of the host's."""
    if spec.get("hostUsers") is not False:
        return []
    names = {"hostNetwork": "hostNetwork", "hostPID": "HostPID", "hostIPC": "HostIPC"}
    why = "when `hostUsers` is false"
    causes = [field.forbidden(f"{path}.{shown}", why) for name, shown in names.items() if spec.get(name)]
    for kind in _CONTAINERS:
        for index, container in enumerate(spec.get(kind) or []):
            if container.get("volumeDevices"):
                causes.append(field.forbidden(f"{path}.{kind}[{index}].volumeDevices", why))
    return causes


def validate_host_process(spec: Object, path: str) -> list[Cause]:
    """``validateWindowsHostProcessPod``: all containers of a pod run in the host's process space, or none."""
    pod = _host_process(spec)
    total = inside = 0
    causes: list[Cause] = []
    for kind in _CONTAINERS:
        for index, container in enumerate(spec.get(kind) or []):
            own, total = _host_process(container), total + 1
            inside += bool(pod if own is None else own)
            if None not in (pod, own) and pod != own:
                at = f"{path}.{kind}[{index}].securityContext.windowsOptions.hostProcess"
                why = f"pod hostProcess value must be identical if both are specified, was {str(pod).lower()}"
                causes.append(field.invalid(at, own, why))
    if inside and inside != total:
        why = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        causes.append(field.invalid(path, "", why))
    if inside and not spec.get("hostNetwork"):
        why = "hostNetwork must be true if pod contains any hostProcess containers"
        causes.append(field.invalid(f"{path}.hostNetwork", False, why))
    return causes


def _host_process(of: Object) -> bool | None:
    found = ((of.get("securityContext") or {}).get("windowsOptions") or {}).get("hostProcess")
    return None if found is None else bool(found)


def validate_os(spec: Object, path: str) -> list[Cause]:
    """What goes with the operating system that the pod names."""
    if spec.get("os") is None:
        return []
    name = spec["os"].get("name", "")
    if not name:
        return [field.required(f"{path}.os.name")]
    if name not in ("linux", "windows"):
        return [field.not_supported(f"{path}.os", name, ("linux", "windows"))]
    context = {**(spec.get("securityContext") or {}), **{k: spec[k] for k in _OF_THE_POD if k in spec}}
    whole: tuple[str, ...] = _NOT_ON_WINDOWS
    single: tuple[str, ...] = _NOT_IN_WINDOWS_CONTAINERS
    why = "cannot be set for a windows pod"
    if name == "linux":
        whole = single = ("windowsOptions",)
        why = "windows options cannot be set for a linux pod"
    causes = [
        field.forbidden(
            f"{path}.{field_}" if field_ in _OF_THE_POD else f"{path}.securityContext.{field_}", why
        )
        for field_ in whole
        if context.get(field_) is not None
    ]
    for kind in _CONTAINERS:
        for index, container in enumerate(spec.get(kind) or []):
            own = container.get("securityContext") or {}
            at = f"{path}.{kind}[{index}].securityContext"
            causes += [field.forbidden(f"{at}.{key}", why) for key in single if own.get(key) is not None]
    return causes


def _ids(context: Object, path: str, *names: str) -> list[Cause]:
    return [
        field.invalid(f"{path}.{name}", context[name], between(0, _MAX_ID))
        for name in names
        if context.get(name) is not None and not 0 <= context[name] <= _MAX_ID
    ]


def _profile(profile: Object | None, path: str, of: str) -> list[Cause]:
    """A seccomp or AppArmor profile: only one of the node's own has a path."""
    if profile is None:
        return []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    at, where = f"{path}.type", f"{path}.localhostProfile"
    causes: list[Cause] = []
    if not kind:
        causes.append(field.required(at, f"type is required when {path.rpartition('.')[2]} is set"))
    elif kind not in _PROFILES:
        causes.append(field.not_supported(at, kind, _PROFILES))
    if kind == "Localhost":
        if local is None or (of == "AppArmor" and local == ""):
            causes.append(field.required(where, f"must be set when {of} type is Localhost"))
        elif of == "seccomp":
            causes += descending_path(local, where)
        elif local != local.strip():
            causes.append(field.invalid(where, local, "must not be padded with whitespace"))
    elif local is not None and (of == "seccomp" or kind in _PROFILES):
        shown = {"Type": kind, "LocalhostProfile": local} if of == "seccomp" else local
        causes.append(field.invalid(where, shown, f"can only be set when {of} type is Localhost"))
    return causes


def _sysctls(sysctls: list[Object], spec: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        at, name = f"{path}[{index}].name", sysctl.get("name", "")
        if not name:
            causes.append(field.required(at))
        elif len(name) > _LONGEST_SYSCTL or not _SYSCTL_RE.fullmatch(name):
            why = f"must have at most {_LONGEST_SYSCTL} characters and match regex {_SYSCTL}"
            causes.append(field.invalid(at, name, why))
        elif name in seen:
            causes.append(field.duplicate(at, name))
        dotted = name.replace("/", ".")
        if spec.get("hostNetwork") and dotted.startswith("net."):
            causes.append(field.invalid(at, name, "may not be specified when 'hostNetwork' is true"))
        elif spec.get("hostIPC") and dotted.startswith(
            ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")
        ):
            causes.append(field.invalid(at, name, "may not be specified when 'hostIPC' is true"))
        seen.add(name)
    return causes


def _internal(context: Object) -> Any:
    """As the internal type has it, whose fields have no JSON names of their own."""
    return {
        f"{name[0].upper()}{name[1:]}".replace("SeL", "SEL"): _capital(context.get(name)) for name in _CONTEXT
    }


def _capital(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {f"{key[0].upper()}{key[1:]}": _capital(item) for key, item in value.items()}
