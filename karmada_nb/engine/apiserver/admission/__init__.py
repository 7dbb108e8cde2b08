"""What happens to a write between decoding and storage that needs to know more than the object itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from karmada_nb.engine.apiserver.admission.addresses import ServiceAllocator
from karmada_nb.engine.apiserver.admission.chain import Plugin
from karmada_nb.engine.apiserver.admission.lifecycle import NamespaceLifecycle
from karmada_nb.engine.apiserver.admission.limit_ranger import LimitRanger
from karmada_nb.engine.apiserver.admission.nodes import TaintNodesByCondition
from karmada_nb.engine.apiserver.admission.pod_security import PodSecurity
from karmada_nb.engine.apiserver.admission.pods import DefaultTolerationSeconds, Priority
from karmada_nb.engine.apiserver.admission.quota import ResourceQuota
from karmada_nb.engine.apiserver.admission.runtime_class import RuntimeClass
from karmada_nb.engine.apiserver.admission.service_account import ServiceAccount
from karmada_nb.engine.apiserver.admission.storage import (
    DefaultIngressClass,
    DefaultStorageClass,
    StorageObjectInUseProtection,
)


def default_plugins(disabled: Collection[str] = (), configured: Iterable[Plugin] = ()) -> list[Plugin]:
    """The plugins of one API server, in upstream's order; quotas come last.

    ``configured`` are those that objects configure: webhooks and policies.

    ``disabled`` are names as ``--disable-admission-plugins`` has them, which are those of the classes.
    """
    plugins: list[Plugin] = [
        NamespaceLifecycle(),
        LimitRanger(),
        ServiceAccount(),
        TaintNodesByCondition(),
        PodSecurity(),
        Priority(),
        DefaultTolerationSeconds(),
        DefaultStorageClass(),
        StorageObjectInUseProtection(),
        RuntimeClass(),
        DefaultIngressClass(),
        ServiceAllocator(),
        *configured,
        ResourceQuota(),
    ]
    return [plugin for plugin in plugins if type(plugin).__name__ not in disabled]
