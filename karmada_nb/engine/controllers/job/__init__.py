"""Jobs: pods that run to their end."""

from karmada_nb.engine.controllers.job.controller import JobController

__all__ = ["JobController"]
