"""Speed and size, measured through the HTTP API: the same script for any Karmada."""
