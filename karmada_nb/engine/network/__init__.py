"""The pod network of one cluster: names, service addresses, endpoints, and byte streams between them.

Nothing here runs pods or writes objects. Clusters have a network each and do not reach one another, until
a ``Route`` is added.
"""
