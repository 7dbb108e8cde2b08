"""Media types: what a client accepts, and what its body is.

Follows k8s.io/apiserver pkg/endpoints/handlers/negotiation/negotiate.go. JSON and YAML are spoken, protobuf
is understood: clients that ask for protobuf alone get JSON, which all of them decode.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from karmada_nb.engine.errors import StatusError, unsupported_media_type

JSON: Final = "application/json"
YAML: Final = "application/yaml"
PROTOBUF: Final = "application/vnd.kubernetes.protobuf"
SUPPORTED: Final = (JSON, YAML, PROTOBUF)
STREAMS: Final = (f"{JSON};stream=watch", f"{PROTOBUF};stream=watch")
_META: Final = "meta.k8s.io"
Offer = Literal["table", "metadata", "discovery"]
"""The transformations on offer: ``metadata`` are those of what has no table, ``discovery`` has its own."""
_TRANSFORMS: Final[dict[Offer, tuple[str, ...]]] = {
    "table": ("Table", "PartialObjectMetadata", "PartialObjectMetadataList"),
    "metadata": ("PartialObjectMetadata", "PartialObjectMetadataList"),
    "discovery": ("APIGroupDiscoveryList",),
}
_VERSIONS: Final[dict[Offer, tuple[str, tuple[str, ...]]]] = {
    "table": (_META, ("v1", "v1beta1")),
    "metadata": (_META, ("v1", "v1beta1")),
    "discovery": ("apidiscovery.k8s.io", ("v2", "v2beta1")),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """How to answer. ``kind`` is the wanted transformation (``Table`` …) at ``version``, or ``""``."""

    media: str = JSON
    kind: str = ""
    version: str = ""
    group: str = ""
    pretty: bool = False

    @property
    def plain(self) -> bool:
        """Stored bytes can be sent as they are."""
        return not self.kind and self.media == JSON and not self.pretty


DEFAULT: Final = Accepted()


@lru_cache(maxsize=512)
def accept(header: str, offer: Offer = "table") -> Accepted | None:
    """The first clause, best quality first, that can be served; None if there is none."""
    if not header.strip():
        return DEFAULT
    for media, parameters in _clauses(header):
        known = _media(media)
        if not known:
            continue
        kind, group, version = (parameters.get(key, "") for key in ("as", "g", "v"))
        if kind and not _offered(kind, group, version, offer):
            continue
        return Accepted(known, kind, version, group, parameters.get("pretty") == "1")
    return None


def _offered(kind: str, group: str, version: str, offer: Offer) -> bool:
    home, versions = _VERSIONS[offer]
    return kind in _TRANSFORMS[offer] and group == home and version in versions


def _media(media: str) -> str:
    if media in (JSON, "*/*", "application/*", PROTOBUF):
        return JSON
    return YAML if media == YAML else ""


@lru_cache(maxsize=512)
def routed(header: str, *produced: str) -> bool:
    """Whether a route that produces these media types is found at all, which is asked before the rest.

    Follows github.com/emicklei/go-restful route.go (matchesAccept): it looks at media types alone, and of
    patterns it knows ``*/*`` only.
    """
    if not header.strip():
        return True
    return any(clause.partition(";")[0].strip() in ("*/*", *produced) for clause in header.split(","))


def _clauses(header: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[float, int, str, dict[str, str]]] = []
    for clause in header.split(","):
        media, *rest = (part.strip() for part in clause.split(";"))
        parameters = dict(part.split("=", 1) for part in rest if "=" in part)
        try:
            quality = float(parameters.pop("q", "1"))
        except ValueError:
            quality = 1.0
        found.append((-quality, media.count("*"), media.lower(), parameters))
    found.sort(key=lambda entry: entry[:2])
    return [(media, parameters) for _, _, media, parameters in found]


def no_route(*produced: str) -> StatusError:
    """The 406 of a route that produces none of the media types that are accepted."""
    message = f"406: Not Acceptable\n\nAvailable representations: {', '.join(produced)}"
    return StatusError(406, "NotAcceptable", message, {})


def not_acceptable(*offered: str) -> StatusError:
    """The 406 where a media type or its parameters cannot be had."""
    message = f"only the following media types are accepted: {', '.join(offered)}"
    return StatusError(406, "NotAcceptable", message)


def check(header: str, accepted: Accepted | None, verb: str, *, custom: bool) -> None:
    """Raises 406 unless a resource can be shown as the header wants it. Custom ones have no routes."""
    streaming = verb in ("list", "watch")
    produced = (*SUPPORTED, *STREAMS) if streaming else SUPPORTED
    if not custom and not routed(header, *produced):
        raise no_route(*produced)
    if accepted is None:
        raise not_acceptable(*SUPPORTED)
    if verb == "watch" and accepted.media == YAML:
        raise not_acceptable(*STREAMS)


@lru_cache(maxsize=128)
def body_media(content_type: str) -> str:
    """JSON, YAML or protobuf. Raises 415 for anything else."""
    media = content_type.partition(";")[0].strip().lower()
    if media in ("", JSON):
        return JSON
    if media == YAML:
        return YAML
    if media == PROTOBUF:
        return PROTOBUF
    raise unsupported_media_type(SUPPORTED)
