"""Patches as pure functions: JSON patch, merge patch, strategic merge patch, apply, managedFields.

Nothing here reads or writes. Inputs are never changed; what a patch leaves alone is shared with the input.
"""
