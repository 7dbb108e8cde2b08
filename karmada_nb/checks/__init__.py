"""Exercises and predictions: ``check("deploy")`` looks at the lab and says what it means."""

from karmada_nb.checks.exercises import EXERCISES
from karmada_nb.checks.predictions import compare
from karmada_nb.checks.verdict import Verdict, check

__all__ = ["EXERCISES", "Verdict", "check", "compare"]
