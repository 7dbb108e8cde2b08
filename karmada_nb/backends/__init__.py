"""Where the clusters of a lab come from: our engine, k3d, or kubeconfigs of what already runs."""
