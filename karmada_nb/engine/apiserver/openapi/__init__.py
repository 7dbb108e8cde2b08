"""OpenAPI documents, v3 and v2, built when they are asked for from the catalogue and the schemas."""

from karmada_nb.engine.apiserver.openapi.documents import Served, document_v2, document_v3, index
from karmada_nb.engine.apiserver.openapi.merging import merged

__all__ = ["Served", "document_v2", "document_v3", "index", "merged"]
