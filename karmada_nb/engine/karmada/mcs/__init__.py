"""Services of several clusters: what is collected, derived, imported and dispatched.

Pure decisions behind ServiceExport, ServiceImport and MultiClusterService.
"""
