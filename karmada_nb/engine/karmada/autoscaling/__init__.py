"""Autoscaling over clusters: when rules of CronFederatedHPAs are due, what FederatedHPAs measure. Pure."""
