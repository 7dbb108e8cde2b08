"""The words of Karmada's API: labels, annotations, finalizers, taints, conditions, event reasons.

Follows pkg/util/constants.go, pkg/events/events.go, the well_known_constants.go of pkg/apis and the
controllers that own a message. Names are upstream's in upper snake case. What only v1.2 said is prefixed
``ARTICLE_``.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Edition: TypeAlias = Literal["article", "current"]
"""Whose behaviour: ``article`` is Karmada v1.2, ``current`` the v1.19 line."""

ARTICLE: Final[Edition] = "article"
CURRENT: Final[Edition] = "current"

# API versions
CLUSTER_API_VERSION: Final = "cluster.karmada.io/v1alpha1"
WORK_API_VERSION: Final = "work.karmada.io/v1alpha1"
BINDING_API_VERSION: Final = "work.karmada.io/v1alpha2"
NETWORKING_API_VERSION: Final = "networking.karmada.io/v1alpha1"
AUTOSCALING_API_VERSION: Final = "autoscaling.karmada.io/v1alpha1"
MCS_API_VERSION: Final = "multicluster.x-k8s.io/v1alpha1"

# Labels
PROPAGATION_POLICY_PERMANENT_ID_LABEL: Final = "propagationpolicy.karmada.io/permanent-id"
CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL: Final = "clusterpropagationpolicy.karmada.io/permanent-id"
RESOURCE_BINDING_PERMANENT_ID_LABEL: Final = "resourcebinding.karmada.io/permanent-id"
CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL: Final = "clusterresourcebinding.karmada.io/permanent-id"
WORK_PERMANENT_ID_LABEL: Final = "work.karmada.io/permanent-id"
MULTI_CLUSTER_SERVICE_PERMANENT_ID_LABEL: Final = "multiclusterservice.karmada.io/permanent-id"
MANAGED_BY_KARMADA_LABEL: Final = "karmada.io/managed"
MANAGED_BY_KARMADA_LABEL_VALUE: Final = "true"
KARMADA_SYSTEM_LABEL: Final = "karmada.io/system"
KARMADA_SYSTEM_LABEL_VALUE: Final = "true"
RETAIN_REPLICAS_LABEL: Final = "resourcetemplate.karmada.io/retain-replicas"
RETAIN_REPLICAS_VALUE: Final = "true"
RESOURCE_TEMPLATE_CLAIMED_BY_LABEL: Final = "resourcetemplate.karmada.io/claimed-by"
DELETION_PROTECTION_LABEL_KEY: Final = "resourcetemplate.karmada.io/deletion-protected"
DELETION_PROTECTION_ALWAYS: Final = "Always"
NAMESPACE_SKIP_AUTO_PROPAGATION_LABEL: Final = "namespace.karmada.io/skip-auto-propagation"
BINDING_MANAGED_BY_LABEL: Final = "binding.karmada.io/managed-by"
SERVICE_NAMESPACE_LABEL: Final = "endpointslice.karmada.io/namespace"
SERVICE_NAME_LABEL: Final = "endpointslice.karmada.io/name"
ENDPOINT_SLICE_WORK_MANAGED_BY_LABEL: Final = "endpointslice.karmada.io/managed-by"
ENDPOINT_SLICE_DISPATCH_CONTROLLER_LABEL_VALUE: Final = "endpointslice-dispatch-controller.karmada.io"
ENDPOINT_SLICE_CONTROLLER_LABEL_VALUE: Final = "endpointslice-controller.karmada.io"
MULTI_CLUSTER_SERVICE_NAMESPACE_LABEL: Final = "multiclusterservice.karmada.io/namespace"
MULTI_CLUSTER_SERVICE_NAME_LABEL: Final = "multiclusterservice.karmada.io/name"
FEDERATED_RESOURCE_QUOTA_NAMESPACE_LABEL: Final = "federatedresourcequota.karmada.io/namespace"
FEDERATED_RESOURCE_QUOTA_NAME_LABEL: Final = "federatedresourcequota.karmada.io/name"
DEPENDED_BY_LABEL_PREFIX: Final = "resourcebinding.karmada.io/depended-by-"

# Labels of v1.2, on templates, bindings, works and manifests
ARTICLE_PROPAGATION_POLICY_NAMESPACE_LABEL: Final = "propagationpolicy.karmada.io/namespace"
ARTICLE_PROPAGATION_POLICY_NAME_LABEL: Final = "propagationpolicy.karmada.io/name"
ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL: Final = "clusterpropagationpolicy.karmada.io/name"
ARTICLE_RESOURCE_BINDING_REFERENCE_KEY: Final = "resourcebinding.karmada.io/key"
ARTICLE_CLUSTER_RESOURCE_BINDING_REFERENCE_KEY: Final = "clusterresourcebinding.karmada.io/key"
ARTICLE_WORK_NAMESPACE_LABEL: Final = "work.karmada.io/namespace"
ARTICLE_WORK_NAME_LABEL: Final = "work.karmada.io/name"
ARTICLE_PROPAGATION_INSTRUCTION: Final = "propagation.karmada.io/instruction"
ARTICLE_PROPAGATION_INSTRUCTION_SUPPRESSED: Final = "suppressed"

# Annotations
PROPAGATION_POLICY_NAMESPACE_ANNOTATION: Final = "propagationpolicy.karmada.io/namespace"
PROPAGATION_POLICY_NAME_ANNOTATION: Final = "propagationpolicy.karmada.io/name"
CLUSTER_PROPAGATION_POLICY_ANNOTATION: Final = "clusterpropagationpolicy.karmada.io/name"
RESOURCE_BINDING_NAMESPACE_ANNOTATION_KEY: Final = "resourcebinding.karmada.io/namespace"
RESOURCE_BINDING_NAME_ANNOTATION_KEY: Final = "resourcebinding.karmada.io/name"
CLUSTER_RESOURCE_BINDING_ANNOTATION_KEY: Final = "clusterresourcebinding.karmada.io/name"
WORK_NAMESPACE_ANNOTATION: Final = "work.karmada.io/namespace"
WORK_NAME_ANNOTATION: Final = "work.karmada.io/name"
RESOURCE_CONFLICT_RESOLUTION_ANNOTATION: Final = "work.karmada.io/conflict-resolution"
RESOURCE_CONFLICT_RESOLUTION_OVERWRITE: Final = "overwrite"
RESOURCE_CONFLICT_RESOLUTION_ABORT: Final = "abort"
RESOURCE_TEMPLATE_UID_ANNOTATION: Final = "resourcetemplate.karmada.io/uid"
RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY: Final = "resourcetemplate.karmada.io/generation"
MANAGED_ANNOTATION: Final = "resourcetemplate.karmada.io/managed-annotations"
MANAGED_LABELS: Final = "resourcetemplate.karmada.io/managed-labels"
POLICY_PLACEMENT_ANNOTATION: Final = "policy.karmada.io/applied-placement"
APPLIED_OVERRIDES: Final = "policy.karmada.io/applied-overrides"
APPLIED_CLUSTER_OVERRIDES: Final = "policy.karmada.io/applied-cluster-overrides"
DEPENDENCIES_ANNOTATION_KEY: Final = "resourcebinding.karmada.io/dependencies"
ENDPOINT_SLICE_PROVISION_CLUSTER_ANNOTATION: Final = "endpointslice.karmada.io/provision-cluster"
MULTI_CLUSTER_SERVICE_NAME_ANNOTATION: Final = "multiclusterservice.karmada.io/name"
MULTI_CLUSTER_SERVICE_NAMESPACE_ANNOTATION: Final = "multiclusterservice.karmada.io/namespace"
CACHE_SOURCE_ANNOTATION_KEY: Final = "resource.karmada.io/cached-from-cluster"

# What Karmada adds to resources in member clusters
MANAGED_RESOURCE_LABELS: Final = (
    RESOURCE_BINDING_PERMANENT_ID_LABEL,
    WORK_PERMANENT_ID_LABEL,
    MANAGED_BY_KARMADA_LABEL,
)
MANAGED_RESOURCE_ANNOTATIONS: Final = (
    MANAGED_ANNOTATION,
    MANAGED_LABELS,
    RESOURCE_BINDING_NAMESPACE_ANNOTATION_KEY,
    RESOURCE_BINDING_NAME_ANNOTATION_KEY,
    RESOURCE_TEMPLATE_UID_ANNOTATION,
    RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY,
    WORK_NAME_ANNOTATION,
    WORK_NAMESPACE_ANNOTATION,
)

# Finalizers
CLUSTER_CONTROLLER_FINALIZER: Final = "karmada.io/cluster-controller"
EXECUTION_CONTROLLER_FINALIZER: Final = "karmada.io/execution-controller"
BINDING_CONTROLLER_FINALIZER: Final = "karmada.io/binding-controller"
CLUSTER_RESOURCE_BINDING_CONTROLLER_FINALIZER: Final = "karmada.io/cluster-resource-binding-controller"
PROPAGATION_POLICY_CONTROLLER_FINALIZER: Final = "karmada.io/propagation-policy-controller"
CLUSTER_PROPAGATION_POLICY_CONTROLLER_FINALIZER: Final = "karmada.io/cluster-propagation-policy-controller"
BINDING_DEPENDENCIES_DISTRIBUTOR_FINALIZER: Final = "karmada.io/binding-dependencies-distributor"
ENDPOINT_SLICE_CONTROLLER_FINALIZER: Final = "karmada.io/endpointslice-controller"
MCS_CONTROLLER_FINALIZER: Final = "karmada.io/multiclusterservice-controller"
MCS_ENDPOINT_SLICE_DISPATCH_CONTROLLER_FINALIZER: Final = "karmada.io/mcs-endpointslice-dispatch-controller"

# Taints of clusters
TAINT_CLUSTER_UNSCHEDULER: Final = "cluster.karmada.io/unschedulable"
TAINT_CLUSTER_NOT_READY: Final = "cluster.karmada.io/not-ready"
TAINT_CLUSTER_UNREACHABLE: Final = "cluster.karmada.io/unreachable"

# Evictions
EVICTION_REASON_TAINT_UNTOLERATED: Final = "TaintUntolerated"
EVICTION_REASON_APPLICATION_FAILURE: Final = "ApplicationFailure"
EVICTION_PRODUCER_TAINT_MANAGER: Final = "TaintManager"

# Health of a resource
RESOURCE_HEALTHY: Final = "Healthy"
RESOURCE_UNHEALTHY: Final = "Unhealthy"
RESOURCE_UNKNOWN: Final = "Unknown"

# Conditions of a binding
SCHEDULED: Final = "Scheduled"
BINDING_REASON_SUCCESS: Final = "Success"
BINDING_REASON_SCHEDULER_ERROR: Final = "SchedulerError"
BINDING_REASON_NO_CLUSTER_FIT: Final = "NoClusterFit"
BINDING_REASON_UNSCHEDULABLE: Final = "Unschedulable"
BINDING_REASON_QUOTA_EXCEEDED: Final = "QuotaExceeded"
SUCCESSFUL_SCHEDULING_MESSAGE: Final = "Binding has been scheduled successfully."
ARTICLE_SCHEDULE_SUCCESS_REASON: Final = "BindingScheduled"
ARTICLE_SCHEDULE_FAILED_REASON: Final = "BindingFailedScheduling"
ARTICLE_SCHEDULE_SUCCESS_MESSAGE: Final = "Binding has been scheduled"
FULLY_APPLIED: Final = "FullyApplied"
FULLY_APPLIED_SUCCESS_REASON: Final = "FullyAppliedSuccess"
FULLY_APPLIED_FAILED_REASON: Final = "FullyAppliedFailed"
FULLY_APPLIED_SUCCESS_MESSAGE: Final = "All works have been successfully applied"
FULLY_APPLIED_FAILED_MESSAGE: Final = "Failed to apply all works, see status.aggregatedStatus for details"
DESCHEDULE_SUCCESS_MESSAGE: Final = "Binding has been descheduled"

# Conditions of a Work
WORK_APPLIED: Final = "Applied"
WORK_DISPATCHING: Final = "Dispatching"
WORK_APPLIED_SUCCESSFUL_REASON: Final = "AppliedSuccessful"
WORK_APPLIED_FAILED_REASON: Final = "AppliedFailed"
WORK_APPLIED_SUCCESSFUL_MESSAGE: Final = "Manifest has been successfully applied"
WORK_DISPATCHING_CONDITION_REASON: Final = "Dispatching"
WORK_DISPATCHING_CONDITION_MESSAGE: Final = "Work is being dispatched to member clusters."
WORK_SUSPEND_DISPATCHING_CONDITION_REASON: Final = "SuspendDispatching"
WORK_SUSPEND_DISPATCHING_CONDITION_MESSAGE: Final = "Work dispatching is in a suspended state."

# Conditions of a cluster
CLUSTER_CONDITION_READY: Final = "Ready"
CLUSTER_CONDITION_COMPLETE_API_ENABLEMENTS: Final = "CompleteAPIEnablements"
CLUSTER_READY_REASON: Final = "ClusterReady"
CLUSTER_NOT_READY_REASON: Final = "ClusterNotReady"
CLUSTER_NOT_REACHABLE_REASON: Final = "ClusterNotReachable"
STATUS_COLLECTION_FAILED_REASON: Final = "StatusCollectionFailed"
CLUSTER_STATUS_UNKNOWN_REASON: Final = "ClusterStatusUnknown"
CLUSTER_STATUS_NEVER_UPDATED_REASON: Final = "ClusterStatusNeverUpdated"
CLUSTER_READY_MESSAGE: Final = "cluster is healthy and ready to accept workloads"
CLUSTER_NOT_READY_MESSAGE: Final = "cluster is reachable but health endpoint responded without ok"
CLUSTER_NOT_REACHABLE_MESSAGE: Final = "cluster is not reachable"
CLUSTER_STATUS_UNKNOWN_MESSAGE: Final = "Cluster status controller stopped posting cluster status."
CLUSTER_STATUS_NEVER_UPDATED_MESSAGE: Final = "Cluster status controller never posted cluster status."

# Conditions of a MultiClusterService
ENDPOINT_SLICE_DISPATCHED: Final = "EndpointSliceDispatched"
MCS_SERVICE_APPLIED_CONDITION_TYPE: Final = "ServiceApplied"

# Components: who an event comes from
RESOURCE_DETECTOR: Final = "resource-detector"
DEFAULT_SCHEDULER: Final = "default-scheduler"
ARTICLE_SCHEDULER: Final = "karmada-scheduler"
DESCHEDULER: Final = "karmada-descheduler"
BINDING_CONTROLLER: Final = "binding-controller"
CLUSTER_RESOURCE_BINDING_CONTROLLER: Final = "cluster-resource-binding-controller"
OVERRIDE_MANAGER: Final = "override-manager"
EXECUTION_CONTROLLER: Final = "execution-controller"
WORK_STATUS_CONTROLLER: Final = "work-status-controller"
RESOURCE_BINDING_STATUS_CONTROLLER: Final = "resource-binding-status-controller"
CLUSTER_RESOURCE_BINDING_STATUS_CONTROLLER: Final = "cluster-resource-binding-status-controller"
CLUSTER_CONTROLLER: Final = "cluster-controller"
CLUSTER_STATUS_CONTROLLER: Final = "cluster-status-controller"
DEPENDENCIES_DISTRIBUTOR: Final = "dependencies-distributor"
NAMESPACE_SYNC_CONTROLLER: Final = "namespace-sync-controller"
UNIFIED_AUTH_CONTROLLER: Final = "unified-auth-controller"

# Events: clusters (v1.2 used the same words)
EVENT_REASON_CREATE_EXECUTION_SPACE_FAILED: Final = "CreateExecutionSpaceFailed"
EVENT_REASON_CREATE_EXECUTION_SPACE_SUCCEED: Final = "CreateExecutionSpaceSucceed"
EVENT_REASON_REMOVE_EXECUTION_SPACE_FAILED: Final = "RemoveExecutionSpaceFailed"
EVENT_REASON_REMOVE_EXECUTION_SPACE_SUCCEED: Final = "RemoveExecutionSpaceSucceed"
EVENT_REASON_TAINT_CLUSTER_FAILED: Final = "TaintClusterFailed"
EVENT_REASON_TAINT_CLUSTER_SUCCEED: Final = "TaintClusterSucceed"
EVENT_REASON_SYNC_IMPERSONATION_CONFIG_SUCCEED: Final = "SyncImpersonationConfigSucceed"
EVENT_REASON_SYNC_IMPERSONATION_CONFIG_FAILED: Final = "SyncImpersonationConfigFailed"

# Events: Works
EVENT_REASON_REFLECT_STATUS_SUCCEED: Final = "ReflectStatusSucceed"
EVENT_REASON_REFLECT_STATUS_FAILED: Final = "ReflectStatusFailed"
EVENT_REASON_INTERPRET_HEALTH_SUCCEED: Final = "InterpretHealthSucceed"
EVENT_REASON_INTERPRET_HEALTH_FAILED: Final = "InterpretHealthFailed"

# Events: Works and what they carry
EVENT_REASON_SYNC_WORKLOAD_FAILED: Final = "SyncFailed"
EVENT_REASON_SYNC_WORKLOAD_SUCCEED: Final = "SyncSucceed"
EVENT_REASON_WORK_DISPATCHING: Final = "WorkDispatching"

# Events: Bindings
EVENT_REASON_CLEANUP_WORK_FAILED: Final = "CleanupWorkFailed"
EVENT_REASON_SYNC_SCHEDULE_RESULT_TO_DEPENDENCIES_SUCCEED: Final = "SyncScheduleResultToDependenciesSucceed"
EVENT_REASON_SYNC_SCHEDULE_RESULT_TO_DEPENDENCIES_FAILED: Final = "SyncScheduleResultToDependenciesFailed"
EVENT_REASON_DEPENDENCY_POLICY_CONFLICT: Final = "DependencyPolicyConflict"

# Events: Bindings and their templates
EVENT_REASON_SYNC_WORK_FAILED: Final = "SyncWorkFailed"
EVENT_REASON_SYNC_WORK_SUCCEED: Final = "SyncWorkSucceed"
EVENT_REASON_AGGREGATE_STATUS_FAILED: Final = "AggregateStatusFailed"
EVENT_REASON_AGGREGATE_STATUS_SUCCEED: Final = "AggregateStatusSucceed"
EVENT_REASON_SCHEDULE_BINDING_FAILED: Final = "ScheduleBindingFailed"
EVENT_REASON_SCHEDULE_BINDING_SUCCEED: Final = "ScheduleBindingSucceed"
EVENT_REASON_DESCHEDULE_BINDING_FAILED: Final = "DescheduleBindingFailed"
EVENT_REASON_DESCHEDULE_BINDING_SUCCEED: Final = "DescheduleBindingSucceed"
EVENT_REASON_EVICT_WORKLOAD_FROM_CLUSTER_SUCCEED: Final = "EvictWorkloadFromClusterSucceed"
EVENT_REASON_EVICT_WORKLOAD_FROM_CLUSTER_FAILED: Final = "EvictWorkloadFromClusterFailed"

# Events: FederatedResourceQuotas
EVENT_REASON_SYNC_FEDERATED_RESOURCE_QUOTA_FAILED: Final = "SyncWorkFailed"
EVENT_REASON_SYNC_FEDERATED_RESOURCE_QUOTA_SUCCEED: Final = "SyncWorkSucceed"
EVENT_REASON_COLLECT_FEDERATED_RESOURCE_QUOTA_STATUS_SUCCEED: Final = "AggregateStatusSucceed"
EVENT_REASON_COLLECT_FEDERATED_RESOURCE_QUOTA_OVERALL_STATUS_SUCCEED: Final = "CollectOverallStatusSucceed"

# Events: Templates
EVENT_REASON_APPLY_POLICY_FAILED: Final = "ApplyPolicyFailed"
EVENT_REASON_APPLY_POLICY_SUCCEED: Final = "ApplyPolicySucceed"
EVENT_REASON_APPLY_OVERRIDE_POLICY_FAILED: Final = "ApplyOverridePolicyFailed"
EVENT_REASON_APPLY_OVERRIDE_POLICY_SUCCEED: Final = "ApplyOverridePolicySucceed"
EVENT_REASON_GET_DEPENDENCIES_SUCCEED: Final = "GetDependenciesSucceed"
EVENT_REASON_GET_DEPENDENCIES_FAILED: Final = "GetDependenciesFailed"
EVENT_REASON_GET_COMPONENTS_SUCCEED: Final = "GetComponentsSucceed"
EVENT_REASON_GET_COMPONENTS_FAILED: Final = "GetComponentsFailed"
EVENT_REASON_GET_REPLICAS_SUCCEED: Final = "GetReplicasSucceed"
EVENT_REASON_GET_REPLICAS_FAILED: Final = "GetReplicasFailed"
EVENT_REASON_PREEMPT_POLICY_SUCCEED: Final = "PreemptPolicySucceed"
EVENT_REASON_PREEMPT_POLICY_FAILED: Final = "PreemptPolicyFailed"

# Events: ServiceImports
EVENT_REASON_SYNC_DERIVED_SERVICE_SUCCEED: Final = "SyncDerivedServiceSucceed"
EVENT_REASON_SYNC_DERIVED_SERVICE_FAILED: Final = "SyncDerivedServiceFailed"

# Events: MultiClusterServices
EVENT_REASON_SYNC_SERVICE_FAILED: Final = "SyncServiceFailed"
EVENT_REASON_SYNC_SERVICE_SUCCEED: Final = "SyncServiceSucceed"
EVENT_REASON_DISPATCH_ENDPOINT_SLICE_FAILED: Final = "DispatchEndpointSliceFailed"
EVENT_REASON_DISPATCH_ENDPOINT_SLICE_SUCCEED: Final = "DispatchEndpointSliceSucceed"
EVENT_REASON_CLUSTER_NOT_FOUND: Final = "ClusterNotFound"
EVENT_REASON_API_INCOMPATIBLE: Final = "APIIncompatible"
