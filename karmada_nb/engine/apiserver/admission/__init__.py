"""What happens to a write between decoding and storage that needs to know more than the object itself."""

from __future__ import annotations

from karmada_nb.engine.apiserver.admission.addresses import ServiceAllocator
from karmada_nb.engine.apiserver.admission.chain import Plugin
from karmada_nb.engine.apiserver.admission.lifecycle import NamespaceLifecycle
from karmada_nb.engine.apiserver.admission.limit_ranger import LimitRanger
from karmada_nb.engine.apiserver.admission.nodes import TaintNodesByCondition
from karmada_nb.engine.apiserver.admission.pods import DefaultTolerationSeconds, Priority
from karmada_nb.engine.apiserver.admission.quota import ResourceQuota
from karmada_nb.engine.apiserver.admission.service_account import ServiceAccount
from karmada_nb.engine.apiserver.admission.storage import (
    DefaultIngressClass,
    DefaultStorageClass,
    StorageObjectInUseProtection,
)


def default_plugins(*, service_accounts: bool = True) -> list[Plugin]:
    """The plugins of one API server, in upstream's order; quotas come last.

    ``service_accounts``: pods run as a service account. A control plane without pods of its own does without.
    """
    return [
        NamespaceLifecycle(),
        LimitRanger(),
        *([ServiceAccount()] if service_accounts else []),
        TaintNodesByCondition(),
        Priority(),
        DefaultTolerationSeconds(),
        DefaultStorageClass(),
        StorageObjectInUseProtection(),
        DefaultIngressClass(),
        ServiceAllocator(),
        ResourceQuota(),
    ]
