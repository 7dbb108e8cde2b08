"""``agnhost``: Kubernetes' test image, one small program a subcommand. Follows test/images/agnhost."""

from karmada_nb.engine.images.agnhost.main import agnhost

__all__ = ["agnhost"]
