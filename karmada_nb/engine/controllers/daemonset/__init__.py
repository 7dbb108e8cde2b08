"""DaemonSets: a pod on every node that fits."""

from karmada_nb.engine.controllers.daemonset.controller import DaemonSetController

__all__ = ["DaemonSetController"]
