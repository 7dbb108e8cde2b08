"""Who is asking: certificates, tokens, impersonation, and the reviews that tell a client who it is."""
