"""How a command says that it failed, as ``CheckErr`` of k8s.io/kubectl pkg/cmd/util/helpers.go does."""

from collections.abc import Sequence
from typing import Final

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Unreachable

FAILED: Final = 1


class CommandError(Exception):
    """``hint`` says what to do next; ``usage``: the command line itself was wrong."""

    def __init__(self, message: str, *, hint: str = "", usage: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.usage = usage


class ConnectionFailed(Unreachable):
    """``host`` did not answer; ``why`` in Go's words."""

    def __init__(self, url: str, host: str, why: str) -> None:
        super().__init__(f'Get "{url}": {why}')
        self.host = host
        self.why = why


class Several(Exception):
    """Failures at more than one place."""

    def __init__(self, errors: Sequence[Exception], *, hint: str = "") -> None:
        super().__init__(", ".join(str(error) for error in errors))
        self.errors = errors
        self.hint = hint


def standard_message(error: BaseException) -> str:
    """What a user is told of an error: kubectl's words for what a server said, else ``error: ...``."""
    if isinstance(error, Several):
        if len(error.errors) == 1:
            return standard_message(error.errors[0])
        return "\n".join(known_message(one) or str(one) for one in error.errors)
    message = known_message(error) or str(error)
    known = message != str(error)
    return message if known or message.startswith("error: ") else f"error: {message}"


def known_message(error: BaseException) -> str:
    """The words for what a server or the network said; empty for any other error."""
    if isinstance(error, StatusError):
        return _refused(error)
    if isinstance(error, ConnectionFailed):
        if "connection refused" in error.why:
            return (
                f"The connection to the server {error.host} was refused - "
                "did you specify the right host or port?"
            )
        return f"Unable to connect to the server: {error.why}"
    return ""


def _refused(error: StatusError) -> str:
    if error.reason == "Invalid":
        return _invalid(error)
    if error.reason == "Unauthorized":
        return f"error: You must be logged in to the server ({error.message})"
    said = f" ({error.reason})" if error.reason else ""
    return f"Error from server{said}: {error.message}"


def _invalid(error: StatusError) -> str:
    details = error.details or {}
    title = f'The {details.get("kind", "")} "{details.get("name", "")}" is invalid'
    causes = [f"{cause.get('field', '')}: {cause['message']}" for cause in details.get("causes") or []]
    causes = list(dict.fromkeys(causes))
    if not causes:
        return title
    if len(causes) == 1:
        return f"{title}: {causes[0]}"
    return f"{title}: \n" + "\n".join(f"* {cause}" for cause in causes)
