"""Who may do what: roles, bindings, and the questions about them."""
