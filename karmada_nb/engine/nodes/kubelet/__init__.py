"""What runs on nodes: the lifecycle of pods, their containers, probes and logs.

``lifecycle`` and ``status`` decide, as pure functions of a pod and the states of its containers; the rest
carries out.
"""
