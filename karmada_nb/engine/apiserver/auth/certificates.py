"""Client certificates: the common name is the user, the organizations are the groups.

The TLS layer has already checked that the lab's authority signed the certificate and that it is valid now.
Follows k8s.io/apiserver pkg/authentication/request/x509/x509.go.
"""

import asyncio
import hashlib
import ssl
from typing import Any

from karmada_nb.engine.apiserver.auth.users import CREDENTIAL_ID, authenticated
from karmada_nb.engine.apiserver.verbs.call import User


def user_of(transport: asyncio.BaseTransport) -> User | None:
    """Who is at the other end of a connection, if a certificate says so."""
    connection = transport.get_extra_info("ssl_object")
    if not isinstance(connection, (ssl.SSLObject, ssl.SSLSocket)):
        return None
    certificate = connection.getpeercert()
    if not certificate:
        return None
    names: list[str] = []
    groups: list[str] = []
    subject: Any = certificate["subject"]
    for relative in subject:
        for attribute, value in relative:
            if attribute == "commonName":
                names.append(value)
            elif attribute == "organizationName":
                groups.append(value)
    if not names:
        return None
    encoded = connection.getpeercert(binary_form=True) or b""
    identity = f"X509SHA256={hashlib.sha256(encoded).hexdigest()}"
    return authenticated(User(names[-1], tuple(groups), extra={CREDENTIAL_ID: (identity,)}))
