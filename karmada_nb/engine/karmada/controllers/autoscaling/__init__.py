"""The controllers of autoscaling over clusters. What they decide is in ``karmada.autoscaling``."""

from karmada_nb.engine.karmada.controllers.autoscaling.cron import CronFederatedHPAController
from karmada_nb.engine.karmada.controllers.autoscaling.federatedhpa import FederatedHPAController

__all__ = ["CronFederatedHPAController", "FederatedHPAController"]
