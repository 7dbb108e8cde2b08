"""What the API server knows about the types of resources: facts, and pure functions of them."""
