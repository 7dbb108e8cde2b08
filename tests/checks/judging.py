"""What tests of exercises have in common."""

from karmada_nb import Lab, check


def judged(lab: Lab, name: str, outcome: str, words: str = "") -> None:
    """The verdict at this moment."""
    found = check(name, lab=lab)
    assert found.outcome == outcome, found
    assert words in found.message, found


def becomes(lab: Lab, name: str, outcome: str, words: str = "") -> None:
    """The verdict as soon as what was just changed has arrived in the members."""

    def so() -> bool:
        found = check(name, lab=lab)
        return found.outcome == outcome and words in found.message

    lab.wait(so, f"{name} to be {outcome} ({words})", timeout=30)
