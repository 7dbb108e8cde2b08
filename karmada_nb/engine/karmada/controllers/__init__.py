"""The controllers of Karmada's control plane: from policies to Works, and from Works to members and back."""
