"""CronJobs: jobs at set times."""

from karmada_nb.engine.controllers.cronjob.controller import CronJobController

__all__ = ["CronJobController"]
