"""Charts of frames, legible on dark and light pages and without telling colours apart."""

from karmada_nb.charts.answers import answers
from karmada_nb.charts.change import change
from karmada_nb.charts.chart import Chart
from karmada_nb.charts.distribution import distribution
from karmada_nb.charts.history import history
from karmada_nb.charts.objects import objects
from karmada_nb.charts.seats import seats

__all__ = ["Chart", "answers", "change", "distribution", "history", "objects", "seats"]
