"""``karmadactl join``. Follows pkg/karmadactl/join/join.go; pkg/karmadactl/join.go at v1.2."""

import asyncio
from typing import Final

from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.lifecycle import common
from karmada_nb.engine.karmada.lifecycle import join as lifecycle
from karmada_nb.engine.meta import dig, name
from karmada_nb.engine.runtime.clock import SystemClock
from karmada_nb.karmadactl.client import SessionClient
from karmada_nb.karmadactl.command import CLUSTER_NAMESPACE, DRY_RUN, KARMADA, Call, Command
from karmada_nb.karmadactl.failures import CommandError, ConnectionFailed, standard_message
from karmada_nb.karmadactl.flags import Flag, strings
from karmada_nb.karmadactl.kubeconfig import Access, load, stand_in
from karmada_nb.karmadactl.session import Session
from karmada_nb.language import say

_CLUSTERS: Final = "/apis/cluster.karmada.io/v1alpha1/clusters"


def run(call: Call) -> int:
    if len(call.arguments) > 1:
        raise CommandError("only the cluster name is allowed as an argument")
    cluster = call.arguments[0] if call.arguments else ""
    try:
        lifecycle.check_name(cluster)
        access, member = _karmada(call), _member(call, cluster)
        wanted = lifecycle.Joining(
            name=cluster,
            endpoint=member.server,
            edition=call.edition,
            namespace=call.flags["cluster-namespace"],
            insecure=member.insecure,
            proxy=member.proxy,
            provider=call.flags["cluster-provider"],
            region=call.flags["cluster-region"],
            zones=tuple(call.flags["cluster-zones"]),
            dry_run=call.flags["dry-run"],
        )
        karmada = Session(access, _impersonation(call))
        asking = lifecycle.join(SessionClient(karmada), SessionClient(Session(member)), wanted, SystemClock())
        call.out.write(asyncio.run(asking))
    except common.CommandError as error:
        raise CommandError(str(error), hint=_hint(call, str(error), cluster)) from None
    except ConnectionFailed as error:
        raise CommandError(standard_message(error), hint=_which(call, error)) from None
    return 0


def _karmada(call: Call) -> Access:
    try:
        return call.access
    except CommandError as error:
        context = call.flags["karmada-context"]
        raise CommandError(
            f"failed to get control plane rest config. context: {context}, "
            f"kube-config: {call.flags['kubeconfig']}, error: {error}",
            hint=error.hint,
        ) from None


def _member(call: Call, cluster: str) -> Access:
    """The cluster that joins. v1.2 took the cluster's name for the context; today's takes the current one."""
    said = stand_in(call.flags["cluster-kubeconfig"], call.err)
    context = call.flags["cluster-context"] or (cluster if call.edition == ARTICLE else "")
    try:
        return load(said, context)
    except CommandError as error:
        hint = error.hint
        if f'context "{context}" does not exist' in str(error):
            hint = f"{hint} {say('Name one of them with --cluster-context=CONTEXT.')}"
        raise CommandError(f"failed to get joining cluster config. error: {error}", hint=hint) from None


def _impersonation(call: Call) -> dict[str, str]:
    said = {
        "Impersonate-User": call.flags["karmada-as"],
        "Impersonate-Group": ",".join(call.flags["karmada-as-group"]),
        "Impersonate-Uid": call.flags["karmada-as-uid"],
    }
    return {header: value for header, value in said.items() if value}


def _hint(call: Call, said: str, cluster: str) -> str:
    config = call.flags["kubeconfig"] or "KUBECONFIG"
    if "has been registered" in said:
        for known in call.karmada.get(_CLUSTERS).get("items") or []:
            if f"cluster ID {dig(known, 'spec', 'id')} or" in said and name(known) != cluster:
                return say(
                    "This cluster is joined already, as {name}. To give it another name, let it go first: "
                    "karmadactl --kubeconfig {config} unjoin {name}",
                    name=name(known),
                    config=config,
                )
    if "has been registered" in said or "already exist" in said:
        return say("See it with: {command}", command=f"kubectl --kubeconfig {config} get clusters")
    return ""


def _which(call: Call, error: ConnectionFailed) -> str:
    karmada = error.host == call.karmada.host
    path = call.flags["kubeconfig"] if karmada else call.flags["cluster-kubeconfig"]
    if "certificate" in str(error):
        return say(
            "Who answers at {host} is not vouched for by the authority that {path} trusts. See whom it "
            "trusts, in certificate-authority-data: kubectl --kubeconfig {path} config view --raw",
            host=error.host,
            path=path,
        )
    return say(
        "{who} does not answer. See whether it runs: kubectl --kubeconfig {path} get --raw /readyz",
        who="Karmada" if karmada else say("The cluster that should join"),
        path=path,
    )


COMMAND = Command(
    "join CLUSTER_NAME --cluster-kubeconfig=<KUBECONFIG>",
    "Register a cluster to Karmada control plane with Push mode",
    run,
    (
        *KARMADA,
        CLUSTER_NAMESPACE,
        Flag("cluster-context", "The context of the cluster's kubeconfig to use."),
        Flag("cluster-kubeconfig", "Path to the kubeconfig of the cluster that joins."),
        Flag("cluster-provider", "Who provides the cluster; workloads can be spread over providers."),
        Flag("cluster-region", "The region the cluster is in; workloads can be spread over regions."),
        Flag(
            "cluster-zones",
            "The zones the cluster is in; workloads can be spread over zones.",
            "",
            [],
            strings,
        ),
        Flag("karmada-as", "The user to act as at Karmada."),
        Flag(
            "karmada-as-group",
            "A group to act as at Karmada; may be given several times.",
            "",
            [],
            lambda s: [s],
        ),
        Flag("karmada-as-uid", "The UID to act as at Karmada."),
        DRY_RUN,
    ),
    ("join member1 --cluster-kubeconfig=/root/.kube/member1.config",),
)
