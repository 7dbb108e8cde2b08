"""A word about each rule, for whoever writes its script."""

from typing import Final

from karmada_nb.engine.karmada.interpreter import Operation

DOCUMENTS: Final = {
    Operation.RETAIN: (
        "What a member owns of an object stays when Karmada updates it. Return the desired object:\n"
        "function Retain(desiredObj, observedObj) ... return desiredObj end"
    ),
    Operation.INTERPRET_REPLICA: (
        "How many replicas an object asks for, and what each of them needs:\n"
        "function GetReplicas(desiredObj) ... return replica, requirement end"
    ),
    Operation.INTERPRET_COMPONENT: (
        "The parts of an object with several pod templates; each has name, replicas, replicaRequirements:\n"
        "function GetComponents(desiredObj) ... return components end"
    ),
    Operation.REVISE_REPLICA: (
        "The object asking for another number of replicas:\n"
        "function ReviseReplica(desiredObj, desiredReplica) ... return desiredObj end"
    ),
    Operation.INTERPRET_STATUS: (
        "What of an object's status in a member is told to Karmada:\n"
        "function ReflectStatus(observedObj) ... return status end"
    ),
    Operation.AGGREGATE_STATUS: (
        "One status out of those of all members; each item has clusterName, status, applied, health:\n"
        "function AggregateStatus(desiredObj, statusItems) ... return desiredObj end"
    ),
    Operation.INTERPRET_HEALTH: (
        "Whether an object does its work in a member:\n"
        "function InterpretHealth(observedObj) ... return healthy end"
    ),
    Operation.INTERPRET_DEPENDENCY: (
        "What must travel with an object; each item has apiVersion, kind, namespace, name:\n"
        "function GetDependencies(desiredObj) ... return dependencies end"
    ),
}
