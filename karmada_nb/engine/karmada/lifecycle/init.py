"""``karmadactl init``: what stands for a Karmada control plane in its host cluster."""

from typing import Final

SYSTEM_NAMESPACE: Final = "karmada-system"
API_SERVER_DEPLOYMENT: Final = "karmada-apiserver"
