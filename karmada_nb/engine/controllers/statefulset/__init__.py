"""StatefulSets: pods with a name, an order and volumes of their own."""

from karmada_nb.engine.controllers.statefulset.controller import StatefulSetController

__all__ = ["StatefulSetController"]
