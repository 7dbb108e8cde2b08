"""Pi, as the Job of everybody's first tutorial prints it."""

from __future__ import annotations

import math

from karmada_nb.engine.images.commands.perl import pi, printed


def test_pi() -> None:
    assert pi(1) == "3"
    assert pi(8) == "3.1415927"
    assert float(pi(17)) == math.pi
    assert pi(51)[-10:] == "6939937511"
    assert len(pi(2000)) == 2001


def test_programs() -> None:
    assert printed("print bpi(6)") == "3.14159"
    assert printed('print "done"') == "done"
    assert printed("die") is None
