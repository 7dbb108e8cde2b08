"""Requests that become streams: exec, attach, port-forward, logs and the proxies.

They ask a ``PodRuntime`` for what runs in the pods, and speak WebSocket and SPDY with clients.
"""

from karmada_nb.engine.apiserver.http.streams.install import install

__all__ = ["install"]
