"""Servers that images bring."""
