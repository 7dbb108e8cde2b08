"""What karmada-scheduler-estimator decides about the one cluster that it looks at."""
