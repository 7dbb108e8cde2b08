"""A file that comes with a form. Follows test/images/agnhost/netexec/netexec.go (uploadHandler)."""

from __future__ import annotations

import hashlib
from email.parser import BytesParser
from email.policy import HTTP

from karmada_nb.engine.images.agnhost.answers import document
from karmada_nb.engine.images.http import Request, Response
from karmada_nb.engine.images.process import Process


def upload(process: Process, request: Request) -> Response:
    """Keep the form's ``file``, where programs can be run from."""
    kind = next((v for k, v in request.headers if k.lower() == "content-type"), "")
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
    parts = list(message.iter_parts()) if message.is_multipart() else []
    data = next(
        (
            part.get_payload(decode=True)
            for part in parts
            if part.get_param("name", header="content-disposition") == "file"
        ),
        None,
    )
    if not isinstance(data, bytes):
        return document({"error": "Unable to upload file."})
    name = f"/uploads/upload{int(hashlib.sha256(data).hexdigest()[:8], 16)}"
    process.files.make_directory("/uploads")
    process.files.write(name, data, mode=0o700)
    return document({"output": name}, 201)
