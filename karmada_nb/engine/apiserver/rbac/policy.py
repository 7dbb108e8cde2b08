"""The rules that a cluster starts with, as one line each: verbs, API group, resources, names.

The group ``core`` is the empty one, ``url`` stands before paths outside the resource API. ``read`` and
``write`` are the usual sets of verbs. Facts of plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
"""

from typing import Final

_PODS: Final = "pods/attach,pods/exec,pods/portforward,pods/proxy"
_APPS: Final = (
    "daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,"
    "statefulsets,statefulsets/scale"
)
_APPS_VIEW: Final = (
    "controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,"
    "replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status"
)
_EXTENSIONS: Final = (
    "daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,"
    "replicasets/scale,replicationcontrollers/scale"
)
_EXTENSIONS_VIEW: Final = (
    "daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,"
    "ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,"
    "replicationcontrollers/scale"
)
_EVENTS: Final = ("create,patch,update core events", "create,patch,update events.k8s.io events")
_CSR: Final = "certificates.k8s.io"
_SIGNERS: Final = {
    "kube-apiserver-client-approver": "kubernetes.io/kube-apiserver-client",
    "kube-apiserver-client-kubelet-approver": "kubernetes.io/kube-apiserver-client-kubelet",
    "kubelet-serving-approver": "kubernetes.io/kubelet-serving",
    "legacy-unknown-approver": "kubernetes.io/legacy-unknown",
}

CLUSTER_ROLES: Final[dict[str, tuple[str, ...]]] = {
    "cluster-admin": ("* * *", "* url *"),
    "system:discovery": (
        "get url /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/",
    ),
    "system:monitoring": (
        "get url /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*",
    ),
    "system:basic-user": (
        "create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews",
        "create authentication.k8s.io selfsubjectreviews",
    ),
    "system:public-info-viewer": ("get url /healthz,/livez,/readyz,/version,/version/",),
    "system:aggregate-to-admin": (
        "create authorization.k8s.io localsubjectaccessreviews",
        "all rbac.authorization.k8s.io rolebindings,roles",
    ),
    "system:aggregate-to-edit": (
        f"read core {_PODS},secrets,services/proxy",
        "impersonate core serviceaccounts",
        f"write core pods,{_PODS}",
        "create core pods/eviction",
        "write core configmaps,events,persistentvolumeclaims,replicationcontrollers,"
        "replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy",
        "create core serviceaccounts/token",
        f"write apps {_APPS}",
        "write autoscaling horizontalpodautoscalers",
        "write batch cronjobs,jobs",
        f"write extensions {_EXTENSIONS}",
        "write policy poddisruptionbudgets",
        "write networking.k8s.io ingresses,networkpolicies",
        "all coordination.k8s.io leases",
        "write resource.k8s.io resourceclaims,resourceclaimtemplates",
    ),
    "system:aggregate-to-view": (
        "read core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,"
        "replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status",
        "read core bindings,events,limitranges,namespaces/status,pods/log,pods/status,"
        "replicationcontrollers/status,resourcequotas,resourcequotas/status",
        "read core namespaces",
        "read discovery.k8s.io endpointslices",
        f"read apps {_APPS_VIEW}",
        "read autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status",
        "read batch cronjobs,cronjobs/status,jobs,jobs/status",
        f"read extensions {_EXTENSIONS_VIEW}",
        "read policy poddisruptionbudgets,poddisruptionbudgets/status",
        "read networking.k8s.io ingresses,ingresses/status,networkpolicies",
        "read resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates",
    ),
    "system:heapster": ("read core events,namespaces,nodes,pods", "read extensions deployments"),
    "system:node": (
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews",
        "read core services",
        "create,get,list,watch core nodes",
        "patch,update core nodes/status",
        "patch,update core nodes",
        *_EVENTS,
        "read core pods",
        "create,delete core pods",
        "patch,update core pods/status",
        "create core pods/eviction",
        "read core configmaps,secrets",
        "get core persistentvolumeclaims,persistentvolumes",
        "get core endpoints",
        f"create,get,list,watch {_CSR} certificatesigningrequests",
        "create,delete,get,patch,update coordination.k8s.io leases",
        "get storage.k8s.io volumeattachments",
        "create core serviceaccounts/token",
        "get,patch,update core persistentvolumeclaims/status",
        "read storage.k8s.io csidrivers",
        "create,delete,get,patch,update storage.k8s.io csinodes",
        "read node.k8s.io runtimeclasses",
        "get resource.k8s.io resourceclaims",
        "deletecollection resource.k8s.io resourceslices",
    ),
    "system:node-problem-detector": ("get core nodes", "patch core nodes/status", *_EVENTS),
    "system:kubelet-api-admin": (
        "get,list,watch core nodes",
        "proxy core nodes",
        "* core nodes/configz,nodes/healthz,nodes/log,nodes/metrics,nodes/pods,nodes/proxy,nodes/stats",
    ),
    "system:node-bootstrapper": (f"create,get,list,watch {_CSR} certificatesigningrequests",),
    "system:auth-delegator": (
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io subjectaccessreviews",
    ),
    "system:kube-aggregator": ("read core endpoints,services", "read discovery.k8s.io endpointslices"),
    "system:kube-controller-manager": (
        *_EVENTS,
        "create coordination.k8s.io leases",
        "get,update coordination.k8s.io leases kube-controller-manager",
        "create core secrets,serviceaccounts",
        "delete core secrets",
        "get core configmaps,namespaces,secrets,serviceaccounts",
        "update core secrets,serviceaccounts",
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io subjectaccessreviews",
        "create core serviceaccounts/token",
        "list,watch * *",
    ),
    "system:kube-scheduler": (
        *_EVENTS,
        "create coordination.k8s.io leases",
        "get,list,update,watch coordination.k8s.io leases",
        "read core nodes",
        "delete,get,list,watch core pods",
        "create core bindings,pods/binding",
        "patch,update core pods/status",
        "read core replicationcontrollers,services",
        "read apps,extensions replicasets",
        "read apps statefulsets",
        "read policy poddisruptionbudgets",
        "read core persistentvolumeclaims,persistentvolumes",
        "create authentication.k8s.io tokenreviews",
        "create authorization.k8s.io subjectaccessreviews",
        "read storage.k8s.io csinodes,csidrivers,csistoragecapacities,volumeattachments",
        "read core namespaces",
        "get,list,patch,update,watch resource.k8s.io resourceclaims,resourceclaims/status",
        "read resource.k8s.io deviceclasses,resourceslices",
    ),
    "system:kube-dns": ("list,watch core endpoints,services",),
    "system:persistent-volume-provisioner": (
        "create,delete,get,list,watch core persistentvolumes",
        "get,list,update,watch core persistentvolumeclaims",
        "read storage.k8s.io storageclasses",
        "watch core events",
        *_EVENTS,
    ),
    "system:volume-scheduler": (
        "get,list,patch,update,watch core persistentvolumes",
        "read storage.k8s.io storageclasses",
        "get,list,patch,update,watch core persistentvolumeclaims",
    ),
    "system:node-proxier": (
        "list,watch core endpoints,services",
        "read core nodes",
        *_EVENTS,
        "list,watch discovery.k8s.io endpointslices",
        "list,watch networking.k8s.io servicecidrs",
    ),
    "system:service-account-issuer-discovery": (
        "get url /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,"
        "/openid/v1/jwks/",
    ),
    f"system:{_CSR}:certificatesigningrequests:nodeclient": (
        f"create {_CSR} certificatesigningrequests/nodeclient",
    ),
    f"system:{_CSR}:certificatesigningrequests:selfnodeclient": (
        f"create {_CSR} certificatesigningrequests/selfnodeclient",
    ),
    **{f"system:{_CSR}:{name}": (f"approve {_CSR} signers {signer}",) for name, signer in _SIGNERS.items()},
}

CONTROLLERS: Final[dict[str, tuple[str, ...]]] = {
    "attachdetach-controller": (
        "list,watch core persistentvolumeclaims,persistentvolumes",
        "read core nodes",
        "patch,update core nodes/status",
        "list,watch core pods",
        "create,delete,get,list,watch storage.k8s.io volumeattachments",
        "read storage.k8s.io csidrivers,csinodes",
    ),
    "certificate-controller": (
        f"delete,get,list,watch {_CSR} certificatesigningrequests",
        f"update {_CSR} certificatesigningrequests/approval,certificatesigningrequests/status",
        "create authorization.k8s.io subjectaccessreviews",
    ),
    "clusterrole-aggregation-controller": (
        "escalate,get,list,patch,update,watch rbac.authorization.k8s.io clusterroles",
    ),
    "cronjob-controller": (
        "get,list,update,watch batch cronjobs",
        "create,delete,get,list,patch,update,watch batch jobs",
        "update batch cronjobs/finalizers,cronjobs/status",
        "delete,list core pods",
    ),
    "daemon-set-controller": (
        "read apps,extensions daemonsets",
        "update apps,extensions daemonsets/finalizers,daemonsets/status",
        "list,watch core nodes",
        "create,delete,list,patch,watch core pods",
        "create core pods/binding",
        "create,delete,get,list,patch,update,watch apps controllerrevisions",
    ),
    "deployment-controller": (
        "get,list,update,watch apps,extensions deployments",
        "update apps,extensions deployments/finalizers,deployments/status",
        "create,delete,get,list,patch,update,watch apps,extensions replicasets",
        "get,list,update,watch core pods",
    ),
    "disruption-controller": (
        "read apps,extensions deployments,replicasets",
        "read core replicationcontrollers",
        "read policy poddisruptionbudgets",
        "read apps statefulsets",
        "update policy poddisruptionbudgets/status",
        "patch,update core pods/status",
        "get * */scale",
    ),
    "endpoint-controller": (
        "read core pods,services",
        "create,delete,get,list,update core endpoints",
        "create core endpoints/restricted",
    ),
    "endpointslice-controller": (
        "read core nodes,pods,services",
        "update core services/finalizers",
        "create,delete,get,list,update discovery.k8s.io endpointslices",
        "create discovery.k8s.io endpointslices/restricted",
    ),
    "endpointslicemirroring-controller": (
        "read core endpoints,services",
        "update core endpoints/finalizers,services/finalizers",
        "create,delete,get,list,update discovery.k8s.io endpointslices",
        "create discovery.k8s.io endpointslices/restricted",
    ),
    "ephemeral-volume-controller": (
        "update core pods/finalizers",
        "read core pods",
        "create,get,list,watch core persistentvolumeclaims",
    ),
    "expand-controller": (
        "get,list,patch,update,watch core persistentvolumes",
        "patch,update core persistentvolumeclaims/status",
        "read core persistentvolumeclaims",
    ),
    "generic-garbage-collector": ("delete,get,list,patch,update,watch * *",),
    "horizontal-pod-autoscaler": (
        "read autoscaling horizontalpodautoscalers",
        "update autoscaling horizontalpodautoscalers/status",
        "get,update * */scale",
        "list core pods",
        "list metrics.k8s.io pods",
        "get,list custom.metrics.k8s.io,external.metrics.k8s.io *",
    ),
    "job-controller": (
        "get,list,patch,update,watch batch jobs",
        "update batch jobs/finalizers,jobs/status",
        "create,delete,list,patch,watch core pods",
    ),
    "legacy-service-account-token-cleaner": ("get core configmaps", "delete,patch core secrets"),
    "namespace-controller": (
        "delete,get,list,watch core namespaces",
        "update core namespaces/finalize,namespaces/status",
        "delete,deletecollection,get,list * *",
    ),
    "node-controller": (
        "delete,get,list,patch,update core nodes",
        "patch,update core nodes/status",
        "patch,update core pods/status",
        "delete,get,list core pods",
    ),
    "persistent-volume-binder": (
        "create,delete,get,list,update,watch core persistentvolumes",
        "update core persistentvolumeclaims/status,persistentvolumes/status",
        "get,list,update,watch core persistentvolumeclaims",
        "create,delete,get,list,watch core pods",
        "read storage.k8s.io storageclasses",
        "get,list core nodes",
    ),
    "pod-garbage-collector": (
        "delete,list,watch core pods",
        "get,list core nodes",
        "patch core pods/status",
    ),
    "pv-protection-controller": ("get,list,update,watch core persistentvolumes",),
    "pvc-protection-controller": ("get,list,update,watch core persistentvolumeclaims", "read core pods"),
    "replicaset-controller": (
        "get,list,update,watch apps,extensions replicasets",
        "update apps,extensions replicasets/finalizers,replicasets/status",
        "create,delete,list,patch,watch core pods",
    ),
    "replication-controller": (
        "get,list,update,watch core replicationcontrollers",
        "update core replicationcontrollers/finalizers,replicationcontrollers/status",
        "create,delete,list,patch,watch core pods",
    ),
    "resourcequota-controller": ("list,watch * *", "update core resourcequotas/status"),
    "root-ca-cert-publisher": ("create,update core configmaps",),
    "route-controller": ("list,watch core nodes", "patch core nodes/status"),
    "service-account-controller": ("create core serviceaccounts",),
    "service-controller": (
        "read core services",
        "patch,update core services/status",
        "list,watch core nodes",
    ),
    "statefulset-controller": (
        "list,watch core pods",
        "read apps statefulsets",
        "update apps statefulsets/finalizers,statefulsets/status",
        "create,delete,get,patch,update core pods",
        "create,delete,get,list,patch,update,watch apps controllerrevisions",
        "create,get,list,watch core persistentvolumeclaims",
    ),
    "ttl-after-finished-controller": ("delete,get,list,watch batch jobs",),
    "ttl-controller": ("list,patch,update,watch core nodes",),
    "validatingadmissionpolicy-status-controller": (
        "read admissionregistration.k8s.io validatingadmissionpolicies",
        "get,patch,update admissionregistration.k8s.io validatingadmissionpolicies/status",
    ),
}
"""Roles ``system:controller:<name>``, each bound to the service account of that name in kube-system."""

QUIET: Final = frozenset({"clusterrole-aggregation-controller", "generic-garbage-collector"})
"""Controllers whose role has no rule for events; all others may write them."""

BINDINGS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "cluster-admin": (("Group", "system:masters"),),
    "system:monitoring": (("Group", "system:monitoring"),),
    "system:discovery": (("Group", "system:authenticated"),),
    "system:basic-user": (("Group", "system:authenticated"),),
    "system:public-info-viewer": (("Group", "system:authenticated"), ("Group", "system:unauthenticated")),
    "system:node-proxier": (("User", "system:kube-proxy"),),
    "system:kube-controller-manager": (("User", "system:kube-controller-manager"),),
    "system:kube-dns": (("ServiceAccount", "kube-dns"),),
    "system:kube-scheduler": (("User", "system:kube-scheduler"),),
    "system:volume-scheduler": (("User", "system:kube-scheduler"),),
    "system:service-account-issuer-discovery": (("Group", "system:serviceaccounts"),),
    "system:node": (),
}
"""Cluster role bindings of the same name as their role; service accounts live in kube-system."""

AGGREGATED: Final = {"admin": "edit", "edit": "view", "view": ""}
"""Roles that gather others by label, and the gathered role that is a step below."""

NAMESPACE_ROLES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("kube-system", "extension-apiserver-authentication-reader"): (
        "get,list,watch core configmaps extension-apiserver-authentication",
    ),
    ("kube-system", "system:controller:token-cleaner"): ("delete,get,list,watch core secrets", *_EVENTS),
    ("kube-system", "system:controller:bootstrap-signer"): ("read core secrets",),
    ("kube-system", "system::leader-locking-kube-controller-manager"): (
        "watch core configmaps",
        "get,update core configmaps kube-controller-manager",
    ),
    ("kube-system", "system::leader-locking-kube-scheduler"): (
        "watch core configmaps",
        "get,update core configmaps kube-scheduler",
    ),
    ("kube-public", "system:controller:bootstrap-signer"): (
        "get,list,watch core configmaps",
        "update core configmaps cluster-info",
        *_EVENTS,
    ),
}

NAMESPACE_BINDINGS: Final[dict[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("kube-system", "system:controller:token-cleaner"): (("ServiceAccount", "token-cleaner"),),
    ("kube-system", "system:controller:bootstrap-signer"): (("ServiceAccount", "bootstrap-signer"),),
    ("kube-system", "system::leader-locking-kube-controller-manager"): (
        ("User", "system:kube-controller-manager"),
        ("ServiceAccount", "kube-controller-manager"),
    ),
    ("kube-system", "system::leader-locking-kube-scheduler"): (
        ("User", "system:kube-scheduler"),
        ("ServiceAccount", "kube-scheduler"),
    ),
    ("kube-public", "system:controller:bootstrap-signer"): (("ServiceAccount", "bootstrap-signer"),),
}
