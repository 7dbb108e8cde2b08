"""Volumes: claims are bound, volumes made for them, and what is in use is kept."""

from karmada_nb.engine.controllers.volumes.binder import PersistentVolumeController
from karmada_nb.engine.controllers.volumes.protection import (
    AttributesClassProtection,
    ClaimProtection,
    VolumeProtection,
)
from karmada_nb.engine.controllers.volumes.provisioner import LocalPathProvisioner

__all__ = [
    "AttributesClassProtection",
    "ClaimProtection",
    "LocalPathProvisioner",
    "PersistentVolumeController",
    "VolumeProtection",
]
