"""What karmadactl does to clusters: init, join, unjoin, deinit.

Written against ``Client``, so that it works on clusters in this process and on any others.
"""
