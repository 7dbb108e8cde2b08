"""HorizontalPodAutoscalers: as many replicas as the load asks for."""

from karmada_nb.engine.controllers.hpa.controller import HorizontalController

__all__ = ["HorizontalController"]
