"""What goes wrong in a notebook, said in one line: what was expected, what was found, what to do."""

from karmada_nb.language import Said


class LabError(Said):
    """A cell could not do what it says. In a notebook it shows as its message, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class ManifestError(LabError):
    """A manifest cannot be read, or lacks what every object has."""
