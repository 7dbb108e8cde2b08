"""What stays of a manifest in its member when Karmada lets go of it.

Follows ``cleanupPolicyClaimMetadata`` of pkg/controllers/execution/execution_controller.go.
"""

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import MANAGED_RESOURCE_ANNOTATIONS, MANAGED_RESOURCE_LABELS
from karmada_nb.engine.karmada.policy.claim import CPP_MARKS, PP_MARKS
from karmada_nb.engine.meta import Object


def without_karmada(manifest: Object) -> Object:
    """The manifest without the labels and annotations by which Karmada knew it as its own."""
    claims = PP_MARKS if meta.namespace(manifest) else CPP_MARKS
    labels = {*claims.labels, *MANAGED_RESOURCE_LABELS}
    annotations = {*claims.annotations, *MANAGED_RESOURCE_ANNOTATIONS}
    return meta.with_metadata(
        manifest,
        labels={k: v for k, v in meta.labels(manifest).items() if k not in labels} or None,
        annotations={k: v for k, v in meta.annotations(manifest).items() if k not in annotations} or None,
    )
