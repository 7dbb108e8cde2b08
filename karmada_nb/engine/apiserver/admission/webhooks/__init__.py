"""Admission webhooks: which are asked, what they are sent, and what their answers do to a write."""
