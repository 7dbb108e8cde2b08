"""Projected volumes: files out of several sources in one directory.

Follows validateProjectionSources in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.files import downward_file, item, mode
from karmada_nb.engine.apiserver.validation.names import dns_subdomain, qualified_name
from karmada_nb.engine.apiserver.validation.paths import free_path
from karmada_nb.engine.apiserver.validation.selector import shown, validate_selector
from karmada_nb.engine.apiserver.validation.signing import signer_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_KEYS: Final = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
_SHORTEST_TOKEN: Final = 600
_LONGEST_TOKEN: Final = 2**32
_SHORTEST: Final = 3600
_LONGEST: Final = 7862400
_LONGEST_KUBERNETES: Final = 86400
_CERTIFICATE_PATHS: Final = ("credentialBundlePath", "keyPath", "certificateChainPath")
_BUNDLE_FIELDS: Final = ("Name", "SignerName", "LabelSelector", "Optional", "Path")


def validate_projected(source: Object, path: str) -> list[Cause]:
    causes = mode(source, "defaultMode", path)
    taken: set[str] = set()
    for index, projection in enumerate(source.get("sources") or []):
        at, found = f"{path}.sources[{index}]", 0
        for name in ("secret", "configMap"):
            if projection.get(name) is not None:
                found += 1
                causes += _keys(projection[name], f"{at}.{name}", taken, path)
        if projection.get("downwardAPI") is not None:
            found += 1
            for file in projection["downwardAPI"].get("items") or []:
                causes += downward_file(file, f"{at}.downwardAPI")
                causes += _once([file.get("path", "")], taken, path)
        if projection.get("serviceAccountToken") is not None:
            found += 1
            causes += _token(projection["serviceAccountToken"], f"{at}.serviceAccountToken", path)
        bundle = projection.get("clusterTrustBundle")
        if bundle is not None:
            found += 1
            causes += _bundle(bundle, f"{at}.clusterTrustBundle")
            causes += _once([bundle.get("path", "")], taken, path, empty=True)
        if projection.get("podCertificate") is not None:
            found += 1
            causes += _certificate(projection["podCertificate"], f"{at}.podCertificate", taken, path)
        if found > 1:
            causes.append(field.forbidden(at, "may not specify more than 1 volume type per source"))
    return causes


def _once(
    files: Iterable[str], taken: set[str], path: str, shown: str | None = None, *, empty: bool = False
) -> list[Cause]:
    """A file comes from one source only. ``shown``: what the message calls the second."""
    causes: list[Cause] = []
    for file in files:
        if file in taken:
            why = "conflicting duplicate paths"
            causes.append(field.invalid(path, file if shown is None else shown, why))
        elif file or empty:
            taken.add(file)
    return causes


def _keys(source: Object, path: str, taken: set[str], volume: str) -> list[Cause]:
    name = source.get("name", "")
    causes = [] if name else [field.required(f"{path}.name")]
    for index, key in enumerate(source.get("items") or []):
        causes += item(key, f"{path}.items[{index}]")
        causes += _once([key.get("path", "")], taken, volume, name)
    return causes


def _token(token: Object, path: str, volume: str) -> list[Cause]:
    seconds, file, at = token.get("expirationSeconds", 0), token.get("path", ""), f"{path}.expirationSeconds"
    causes: list[Cause] = []
    if seconds < _SHORTEST_TOKEN:
        causes.append(field.invalid(at, seconds, "may not specify a duration less than 10 minutes"))
    if seconds > _LONGEST_TOKEN:
        causes.append(field.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds"))
    if not file:
        return [*causes, field.required(f"{volume}.path")]
    return causes + free_path(file, f"{volume}.path")


def _bundle(bundle: Object, path: str) -> list[Cause]:
    name, signer, selector = bundle.get("name"), bundle.get("signerName"), bundle.get("labelSelector")
    causes: list[Cause] = []
    if name is not None and signer is not None:
        both = {key: bundle.get(key[0].lower() + key[1:]) for key in _BUNDLE_FIELDS}
        causes.append(field.invalid(path, both, "only one of name and signerName may be used"))
        return causes + _file(bundle, path)
    if name is not None:
        if not name:
            causes.append(field.required(f"{path}.name", "must be a valid object name"))
        prefix, colon, rest = name.rpartition(":")
        for why in dns_subdomain(rest if colon and prefix else name):
            why = f"not a valid clustertrustbundlename: {why}"
            causes.append(field.invalid(f"{path}.name", name, why))
        if selector is not None:
            why = "labelSelector must be unset if name is specified"
            causes.append(field.invalid(f"{path}.labelSelector", shown(selector), why))
    elif signer is not None:
        if not signer:
            causes.append(field.required(f"{path}.signerName", "must be a valid signer name"))
        causes += signer_name(signer, f"{path}.signerName")
        causes += validate_selector(selector, f"{path}.labelSelector")
    else:
        causes.append(field.required(path, "either name or signerName must be specified"))
    return causes + _file(bundle, path)


def _file(source: Object, path: str) -> list[Cause]:
    file = source.get("path", "")
    return ([] if file else [field.required(f"{path}.path")]) + free_path(file, f"{path}.path")


def _certificate(source: Object, path: str, taken: set[str], volume: str) -> list[Cause]:
    signer = source.get("signerName", "")
    causes = signer_name(signer, f"{path}.signerName")
    for key in source.get("userAnnotations") or {}:
        causes += _domain_key(key.lower(), f"{path}.userAnnotations")
    if source.get("keyType", "") not in _KEYS:
        causes.append(field.not_supported(f"{path}.keyType", source.get("keyType", ""), _KEYS))
    seconds, at = source.get("maxExpirationSeconds"), f"{path}.maxExpirationSeconds"
    if seconds is not None:
        host = signer.partition("/")[0]
        own = host == "kubernetes.io" or host.endswith(".kubernetes.io")
        longest = _LONGEST_KUBERNETES if own else _LONGEST
        for wrong, bound in ((seconds < _SHORTEST, f">= {_SHORTEST}"), (seconds > longest, f"<= {longest}")):
            if wrong:
                why = f"if provided, maxExpirationSeconds must be {bound}"
                causes.append(field.invalid(at, seconds, why))
    files = [name for name in _CERTIFICATE_PATHS if source.get(name)]
    for name in files:
        causes += free_path(source[name], f"{path}.{name}") + _once([source[name]], taken, volume)
    if not files:
        why = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"
        causes.append(field.required(path, why))
    return causes


def _domain_key(key: str, path: str) -> list[Cause]:
    """``IsDomainPrefixedKey``."""
    if not key:
        return [field.required(path)]
    complaints = qualified_name(key)
    if not complaints and "/" not in key:
        complaints = ['must be a domain-prefixed key (such as "acme.io/foo")']
    return field.each(path, key, complaints)
