"""Whether Karmada manages what a member has: the ADOPTION column of ``karmadactl get``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine.karmada.constants import MANAGED_BY_KARMADA_LABEL, MANAGED_BY_KARMADA_LABEL_VALUE
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.meta import dig, name
from karmada_nb.karmadactl.session import Session

CONTROL_PLANE: Final = "Karmada"


@dataclass(frozen=True, slots=True)
class Adoption:
    """``applied``: cluster and binding of all that is applied. Without it an object's labels tell.

    ``everywhere``: Karmada's own objects are judged as well, as the real one does while it watches.
    """

    applied: frozenset[tuple[str, str]] | None = None
    everywhere: bool = False

    def of(self, cluster: str, kind: str, named: str, labels: Mapping[str, str]) -> str:
        """Y or N for what a member has, - for Karmada's own."""
        if cluster == CONTROL_PLANE and not self.everywhere:
            return "-"
        if self.applied is not None:
            return "Y" if (cluster, generate_binding_name(kind, named)) in self.applied else "N"
        return "Y" if labels.get(MANAGED_BY_KARMADA_LABEL) == MANAGED_BY_KARMADA_LABEL_VALUE else "N"


def by_bindings(karmada: Session, namespace: str) -> Adoption:
    """As v1.2 tells it: what a binding's status says is applied. ``namespace`` is empty for all of them."""
    root = "/apis/work.karmada.io/v1alpha2"
    place = f"namespaces/{namespace}/" if namespace else ""
    return Adoption(
        frozenset(
            (item["clusterName"], name(binding))
            for plural in (f"{place}resourcebindings", "clusterresourcebindings")
            for binding in karmada.get(f"{root}/{plural}").get("items") or []
            for item in dig(binding, "status", "aggregatedStatus", default=[])
            if item.get("applied")
        )
    )


BY_LABELS: Final = Adoption()
