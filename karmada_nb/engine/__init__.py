"""The embedded federation: Kubernetes API servers and a Karmada control plane in one Python process.

Nothing here may know of notebooks: no pandas, matplotlib, IPython, ipywidgets or kubernetes client.
"""
