# The article's own lines, in its order. `shows` marks what a command prints; a reader looks, and waits a
# moment, where the script says `until_ready`.
shows() { printf '\n$ %s\n' "$1"; }
until_ready() { $1 wait --for=create "$2" --timeout=30s >/dev/null && $1 rollout status "$2" --timeout=30s >/dev/null; }

HOST_IP=$(if [ "$(uname)" == "Darwin" ]; then ipconfig getifaddr en0; else ip -o route get to 8.8.8.8 | sed -n 's/.*src \([0-9.]\+\).*/\1/p'; fi)

API_PORT=6444 #6444 6445 6446 6447
for CLUSTER_NAME in control-plane cluster-1 cluster-2 cluster-3
do
k3d cluster create ${CLUSTER_NAME} \
--image docker.io/rancher/k3s:v1.23.8-k3s2 \
--api-port "${HOST_IP}:${API_PORT}" \
--servers-memory 2g \
--k3s-arg "--disable=traefik@server:0" \
--network multi-clusters \
--timeout 120s \
--wait
((API_PORT=API_PORT+1))
done

k3d kubeconfig get control-plane > /tmp/cp.kubeconfig
k3d kubeconfig get cluster-1 > /tmp/c1.kubeconfig
k3d kubeconfig get cluster-2 > /tmp/c2.kubeconfig
k3d kubeconfig get cluster-3 > /tmp/c3.kubeconfig

k0="kubectl --kubeconfig /tmp/cp.kubeconfig"
k1="kubectl --kubeconfig /tmp/c1.kubeconfig"
k2="kubectl --kubeconfig /tmp/c2.kubeconfig"
k3="kubectl --kubeconfig /tmp/c3.kubeconfig"

shows init
sudo karmadactl --kubeconfig /tmp/cp.kubeconfig init

kmd="kubectl --kubeconfig /etc/karmada/karmada-apiserver.config"

shows join
karmadactl --kubeconfig /etc/karmada/karmada-apiserver.config join k3d-cluster-1 --cluster-kubeconfig=/tmp/c1.kubeconfig
karmadactl --kubeconfig /etc/karmada/karmada-apiserver.config join k3d-cluster-2 --cluster-kubeconfig=/tmp/c2.kubeconfig
karmadactl --kubeconfig /etc/karmada/karmada-apiserver.config join k3d-cluster-3 --cluster-kubeconfig=/tmp/c3.kubeconfig

$kmd wait --for=condition=Ready cluster --all --timeout=30s >/dev/null
shows 'kmd get cluster -o wide'
$kmd get cluster -o wide

shows 'kmd apply -f pipy.yaml'
$kmd apply -f - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: pipy
  name: pipy
  namespace: default
spec:
  replicas: 2
  selector:
    matchLabels:
      app: pipy
  strategy: {}
  template:
    metadata:
      labels:
        app: pipy
    spec:
      containers:
        - image: flomesh/pipy
          name: pipy
          command: ["pipy"]
          args: ["-e", "pipy().listen(8080).serveHTTP(() => new Message(os.env['HOSTNAME'] +'\n'))"]
---
apiVersion: v1
kind: Service
metadata:
  labels:
    app: pipy
  name: pipy
spec:
  ports:
    - port: 8080
      protocol: TCP
      targetPort: 8080
  selector:
    app: pipy
EOF

shows 'kmd get deployment'
$kmd get deployment

shows 'kmd describe deployment pipy'
$kmd describe deployment pipy

shows 'kmd apply -f pp.yaml'
$kmd apply -f - <<EOF
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata:
  name: pipy-propagation
spec:
  resourceSelectors:
    - apiVersion: apps/v1
      kind: Deployment
      name: pipy
    - apiVersion: v1
      kind: Service
      name: pipy
  placement:
    clusterAffinity:
      clusterNames:
        - k3d-cluster-1
        - k3d-cluster-2
        - k3d-cluster-3
    replicaScheduling:
      replicaDivisionPreference: Weighted
      replicaSchedulingType: Divided
      weightPreference:
        staticWeightList:
          - targetCluster:
              clusterNames:
                - k3d-cluster-1
            weight: 10
          - targetCluster:
              clusterNames:
                - k3d-cluster-2
            weight: 10
          - targetCluster:
              clusterNames:
                - k3d-cluster-3
            weight: 10
EOF

until_ready "$k1" deploy/pipy
shows 'k1 get deployment'
$k1 get deployment

until_ready "$k2" deploy/pipy
shows 'k2 get deployment'
$k2 get deployment

until_ready "$k3" deploy/pipy
shows 'k3 get deployment'
$k3 get deployment

shows 'kmd scale deploy pipy --replicas 3'
$kmd scale deploy pipy --replicas 3

$k3 wait --for=jsonpath='{.status.readyReplicas}'=1 deploy/pipy --timeout=30s >/dev/null
shows 'k3 get po'
$k3 get po

shows 'kmd apply -f curl.yaml'
$kmd apply -f - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: curl
  name: curl
  namespace: default
spec:
  replicas: 1
  selector:
    matchLabels:
      app: curl
  strategy: {}
  template:
    metadata:
      creationTimestamp: null
      labels:
        app: curl
    spec:
      containers:
        - image: curlimages/curl
          name: curl
          command: ["sleep", "365d"]
EOF
$kmd apply -f - <<EOF
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata:
  name: curl-propagation
spec:
  resourceSelectors:
    - apiVersion: apps/v1
      kind: Deployment
      name: curl
  placement:
    clusterAffinity:
      clusterNames:
        - k3d-cluster-3
    replicaScheduling:
      replicaDivisionPreference: Weighted
      replicaSchedulingType: Divided
      weightPreference:
        staticWeightList:
          - targetCluster:
              clusterNames:
                - k3d-cluster-3
            weight: 1
EOF

until_ready "$k3" deploy/curl
curl_client=`$k3 get po -l app=curl -o jsonpath='{.items[0].metadata.name}'`

shows 'curl'
$k3 exec $curl_client -- curl -s http://pipy.default:8080

$kmd scale deploy pipy --replicas 2 >/dev/null
$k3 wait --for=delete pod -l app=pipy --timeout=60s >/dev/null
shows 'curl after scaling down'
$k3 exec $curl_client -- curl -s http://pipy.default:8080
echo "exit code $?"
