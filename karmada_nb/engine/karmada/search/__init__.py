"""karmada-search: reading what many members have, and reaching an object of a member by its name alone."""
