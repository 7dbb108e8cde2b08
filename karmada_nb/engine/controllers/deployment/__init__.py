"""Deployments. Follows pkg/controller/deployment: find the sets, scale them, tell how far it is."""

from karmada_nb.engine.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
