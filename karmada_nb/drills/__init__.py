"""Fault drills: ``drill("shop")`` breaks the lab, and says what a user would notice of it; never why."""

from karmada_nb.drills.calling import DRILLS, drill
from karmada_nb.drills.fault import Drill, Report

__all__ = ["DRILLS", "Drill", "Report", "drill"]
