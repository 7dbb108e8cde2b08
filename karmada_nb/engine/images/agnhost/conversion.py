"""What the conversion webhook of Kubernetes' test image makes of objects. Pure.

Follows test/images/agnhost/crd-conversion-webhook/converter: v1 has ``hostPort``, v2 ``host`` and ``port``.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.meta import Object

_V1: Final = "stable.example.com/v1"
_V2: Final = "stable.example.com/v2"


def convert(request: Object) -> Object:
    """The response to a ConversionReview's request."""
    wanted = str(request.get("desiredAPIVersion", ""))
    try:
        made = [{**_converted(obj, wanted), "apiVersion": wanted} for obj in request.get("objects") or ()]
    except ValueError as error:
        result = {"metadata": {}, "status": "Failure", "message": str(error)}
        return {"uid": request.get("uid", ""), "convertedObjects": [], "result": result}
    result = {"metadata": {}, "status": "Success"}
    return {"uid": request.get("uid", ""), "convertedObjects": made, "result": result}


def _converted(obj: Object, wanted: str) -> Object:
    """Raises ValueError for what cannot be converted."""
    have = obj.get("apiVersion")
    if have == wanted:
        raise ValueError(f"conversion from a version to itself should not call the webhook: {wanted}")
    if have not in (_V1, _V2):
        raise ValueError(f'unexpected conversion version "{have}"')
    if wanted not in (_V1, _V2):
        raise ValueError(f'unexpected conversion version "{wanted}"')
    if have == _V1:
        if "hostPort" not in obj:
            return obj
        host, colon, port = str(obj["hostPort"]).partition(":")
        if not colon or ":" in port:
            raise ValueError(f"invalid hostPort value `{obj['hostPort']}`")
        return {**{k: v for k, v in obj.items() if k != "hostPort"}, "host": host, "port": port}
    if "host" not in obj and "port" not in obj:
        return obj
    kept = {k: v for k, v in obj.items() if k not in ("host", "port")}
    return {**kept, "hostPort": f"{obj.get('host', '')}:{obj.get('port', '')}"}
