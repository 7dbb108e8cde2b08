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
from karmada_nb.language import say
from karmada_nb.paths import default_state_dir

REAL: Final = Path("/etc/karmada/karmada-apiserver.config")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILE: Final = ""
"""The key under which a part of a configuration has the path of the file that it is from."""
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
            hint=say(
                "The lab in {path} has no Karmada yet. Install it with: karmadactl --kubeconfig {host} init",
                path=own.parent,
                host=own.parent / "cp.kubeconfig",
            ),
        )
    return path


def default_paths() -> list[Path]:
    """Where kubectl looks when no file is named."""
    said = os.environ.get("KUBECONFIG")
    if not said:
        return [Path.home() / ".kube" / "config"]
    return [Path(part) for part in said.split(os.pathsep) if part]


def load(path: str, context: str = "") -> Access:
    """A context of a kubeconfig, its current one by default. Raises CommandError.

    Where no file is named, those of ``$KUBECONFIG`` count as one: what the first says of a name holds.
    """
    config: dict[str, Any] = {}
    for where in [Path(path)] if path else default_paths():
        try:
            said = yaml.load(where.read_bytes(), _LOADER)
        except FileNotFoundError:
            if path:
                raise CommandError(f"stat {path}: no such file or directory") from None
            continue
        except (OSError, yaml.YAMLError) as error:
            raise CommandError(f'error loading config file "{where}": {error}') from None
        if isinstance(said, Mapping):
            _merge(config, said, where)
    return _access(config, context)


def _merge(config: dict[str, Any], said: Mapping[str, Any], where: Path) -> None:
    """``config`` with what it does not have yet; each entry keeps the file it is from."""
    config["current-context"] = config.get("current-context") or said.get("current-context")
    for group, part in (("contexts", "context"), ("clusters", "cluster"), ("users", "user")):
        parts = config.setdefault(group, {})
        for item in said.get(group) or []:
            parts.setdefault(item["name"], {**(item.get(part) or {}), _FILE: where})


def _access(config: Mapping[str, Any], context: str) -> Access:
    chosen = context or str(config.get("current-context") or "")
    contexts = config.get("contexts") or {}
    place = contexts.get(chosen)
    if place is None:
        if not chosen:
            raise CommandError(_EMPTY)
        known = ", ".join(contexts) or "none"
        files = ", ".join(sorted({str(part[_FILE]) for part in contexts.values()})) or say("the kubeconfig")
        raise CommandError(
            f'context "{chosen}" does not exist',
            hint=say("Contexts in {files}: {known}.", files=files, known=known),
        )
    cluster = config["clusters"].get(place.get("cluster", ""))
    if cluster is None or not cluster.get("server"):
        raise CommandError(f"invalid configuration: no server found for cluster {place.get('cluster')!r}")
    user = config["users"].get(place.get("user", ""), {})
    path = cluster[_FILE]
    if "exec" in user or "auth-provider" in user:
        raise CommandError(
            f"the user of context {chosen} in {path} logs in with a plugin, and this karmadactl knows "
            "certificates and tokens only",
            hint=say("Use a kubeconfig with a certificate or a token, or the real karmadactl."),
        )
    return Access(
        server=str(cluster["server"]).rstrip("/"),
        authority=_data(cluster, "certificate-authority"),
        certificate=_data(user, "client-certificate"),
        key=_data(user, "client-key"),
        token=_token(user),
        insecure=bool(cluster.get("insecure-skip-tls-verify")),
        server_name=cluster.get("tls-server-name") or "",
        proxy=cluster.get("proxy-url") or "",
        namespace=place.get("namespace") or "default",
        path=path,
        context=chosen,
    )


def _data(part: Mapping[str, Any], name: str) -> bytes:
    """What ``name-data`` says in base64, or the file that ``name`` names."""
    inline = part.get(f"{name}-data")
    if inline:
        import base64

        return base64.b64decode(inline)
    file = part.get(name)
    if not file:
        return b""
    try:
        return _beside(part, file).read_bytes()
    except OSError as error:
        raise CommandError(f"unable to read {name} {file}: {error}") from None


def _token(user: Mapping[str, Any]) -> str:
    if user.get("tokenFile"):
        return _beside(user, user["tokenFile"]).read_text().strip()
    return str(user.get("token") or "")


def _beside(part: Mapping[str, Any], file: Any) -> Path:
    """Files are looked for beside the kubeconfig that names them."""
    folder: Path = part[_FILE].parent
    return folder / str(file)
