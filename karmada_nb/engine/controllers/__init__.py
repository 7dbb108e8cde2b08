"""The controllers of one cluster, one file or folder each: what kube-controller-manager runs."""
