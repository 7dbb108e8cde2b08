"""Kubeconfig files: which cluster, whose credentials. Errors are client-go's.

Follows tools/clientcmd of client-go. The file that ``karmadactl init`` writes for real is
``/etc/karmada/karmada-apiserver.config``; a lab, which seldom may write there, keeps its own beside its other
kubeconfigs, and that one is taken where the real one is named and does not exist.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

import yaml

from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.paths import default_state_dir

REAL: Final = Path("/etc/karmada/karmada-apiserver.config")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY: Final = (
    "Missing or incomplete configuration info.  Please point to an existing, complete config file:\n"
    "  1. Via the command-line flag --kubeconfig\n"
    "  2. Via the KUBECONFIG environment variable\n"
    "  3. In your home directory as ~/.kube/config\n"
)


@dataclass(frozen=True, slots=True)
class Access:
    """One cluster as one user: what a context of a kubeconfig says. Certificates and keys are PEM."""

    server: str
    authority: bytes = b""
    certificate: bytes = field(default=b"", repr=False)
    key: bytes = field(default=b"", repr=False)
    token: str = field(default="", repr=False)
    insecure: bool = False
    server_name: str = ""
    proxy: str = ""
    namespace: str = "default"
    path: Path = Path()
    context: str = ""


def lab_config() -> Path:
    """Where the lab of this shell has Karmada's kubeconfig."""
    return default_state_dir() / REAL.name


def stand_in(path: str, notes: TextIO) -> str:
    """The file to read for a ``--kubeconfig``; says on ``notes`` when it is the lab's own."""
    if path and Path(path) == REAL and not REAL.exists():
        own = lab_config()
        if own.exists():
            notes.write(f"{REAL} does not exist; using the lab's own: {own}\n")
            return str(own)
        raise CommandError(
            f"stat {REAL}: no such file or directory",
            hint=f"The lab in {own.parent} has no Karmada yet. Install it with: "
            f"karmadactl --kubeconfig {own.parent / 'cp.kubeconfig'} init",
        )
    return path


def default_path() -> str:
    """Where kubectl looks when no file is named."""
    return os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")


def load(path: str, context: str = "") -> Access:
    """The context of a kubeconfig, its current one by default. Raises CommandError."""
    where = Path(path or default_path())
    try:
        said = yaml.load(where.read_bytes(), _LOADER)
    except FileNotFoundError:
        if path:
            raise CommandError(f"stat {path}: no such file or directory") from None
        raise CommandError(_EMPTY) from None
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f'error loading config file "{where}": {error}') from None
    if not isinstance(said, Mapping):
        raise CommandError(_EMPTY)
    return _access(said, where, context)


def _access(config: Mapping[str, Any], path: Path, context: str) -> Access:
    chosen = context or str(config.get("current-context") or "")
    place = _named(config, "contexts", "context", chosen)
    if place is None:
        if not chosen:
            raise CommandError(_EMPTY)
        known = ", ".join(item["name"] for item in config.get("contexts") or []) or "none"
        raise CommandError(f'context "{chosen}" does not exist', hint=f"Contexts in {path}: {known}.")
    cluster = _named(config, "clusters", "cluster", place.get("cluster", ""))
    if cluster is None or not cluster.get("server"):
        raise CommandError(f"invalid configuration: no server found for cluster {place.get('cluster')!r}")
    user = _named(config, "users", "user", place.get("user", "")) or {}
    if "exec" in user or "auth-provider" in user:
        raise CommandError(
            f"the user of context {chosen} in {path} logs in with a plugin, and this karmadactl knows "
            "certificates and tokens only",
            hint="Use a kubeconfig with a certificate or a token, or the real karmadactl.",
        )
    folder = path.parent
    return Access(
        server=str(cluster["server"]).rstrip("/"),
        authority=_data(cluster, "certificate-authority", folder),
        certificate=_data(user, "client-certificate", folder),
        key=_data(user, "client-key", folder),
        token=_token(user, folder),
        insecure=bool(cluster.get("insecure-skip-tls-verify")),
        server_name=cluster.get("tls-server-name") or "",
        proxy=cluster.get("proxy-url") or "",
        namespace=place.get("namespace") or "default",
        path=path,
        context=chosen,
    )


def _named(config: Mapping[str, Any], group: str, part: str, name: str) -> Mapping[str, Any] | None:
    for item in config.get(group) or []:
        if item.get("name") == name:
            found: Mapping[str, Any] = item.get(part) or {}
            return found
    return None


def _data(part: Mapping[str, Any], name: str, folder: Path) -> bytes:
    """What ``name-data`` says in base64, or the file that ``name`` names."""
    inline = part.get(f"{name}-data")
    if inline:
        import base64

        return base64.b64decode(inline)
    file = part.get(name)
    if not file:
        return b""
    try:
        return (folder / str(file)).read_bytes()
    except OSError as error:
        raise CommandError(f"unable to read {name} {file}: {error}") from None


def _token(user: Mapping[str, Any], folder: Path) -> str:
    if user.get("tokenFile"):
        return (folder / str(user["tokenFile"])).read_text().strip()
    return str(user.get("token") or "")
