"""Rules for the kinds of well-known projects that build on Kubernetes.

The decisions are those of the ``resourcecustomizations`` of pkg/resourceinterpreter/default, which Karmada
takes in scripts of Lua; here they are functions.
"""

from typing import Final

from karmada_nb.engine.karmada.interpreter.base import Registry
from karmada_nb.engine.karmada.interpreter.third_party.argo import WORKFLOWS
from karmada_nb.engine.karmada.interpreter.third_party.flink import FLINK
from karmada_nb.engine.karmada.interpreter.third_party.flux import FLUX
from karmada_nb.engine.karmada.interpreter.third_party.kruise import WORKLOADS
from karmada_nb.engine.karmada.interpreter.third_party.kruise_jobs import JOBS
from karmada_nb.engine.karmada.interpreter.third_party.kyverno import POLICIES
from karmada_nb.engine.karmada.interpreter.third_party.volcano import VOLCANO

THIRD_PARTY: Final[Registry] = {
    **WORKLOADS,
    **JOBS,
    **WORKFLOWS,
    **FLUX,
    **FLINK,
    **POLICIES,
    **VOLCANO,
}
