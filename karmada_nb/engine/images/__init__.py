"""What pods run: image names, and the small programs behind them.

A program sees a process (arguments, environment, files, streams, the pod's network, the clock) and nothing
else: no Kubernetes object, no client.
"""
