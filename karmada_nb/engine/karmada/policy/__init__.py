"""Which policy takes a resource template, how it claims it, and the binding that comes of it.

Pure functions on plain objects: nothing here reads a store, a clock or a client.
"""
