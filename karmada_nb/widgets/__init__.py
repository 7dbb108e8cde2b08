"""Widgets that change real objects, and say by which YAML and which command."""

from karmada_nb.widgets.dashboard import Dashboard
from karmada_nb.widgets.distribution import DistributionWidget

__all__ = ["Dashboard", "DistributionWidget"]
