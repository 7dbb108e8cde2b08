"""addons on a lab of today."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from karmada_nb.backends.embedded import Embedded
from tests.conftest import free_base_port
from tests.karmadactl.conftest import Said, Site

RULE = "|-----------------------------|----------|"


def addons(site: Site, *words: str) -> Said:
    host = ("--kubeconfig", str(site.folder / "cp.kubeconfig"))
    return site.bare("addons", *words, *host, "--karmada-kubeconfig", site.karmada)


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab of today with Karmada and its members."""
    folder = tmp_path_factory.mktemp("addons")
    lab = Embedded(folder, edition="current", nodes=1, base_port=free_base_port(), clusters_only=False)
    lab.up(lambda step: None)
    yield Site(folder, "current")
    lab.down()


def statuses(site: Site, *words: str) -> dict[str, str]:
    said = addons(site, "list", *words)
    assert said.code == 0, said.err
    rows = [line.strip("|").split("|") for line in said.out.splitlines() if "karmada-" in line]
    return {name.strip(): status.strip() for name, status in rows}


def test_the_list_is_a_table(current: Site) -> None:
    assert addons(current, "list").out.splitlines() == [
        RULE,
        "|         ADDON NAME          |  STATUS  |",
        RULE,
        "| karmada-descheduler         | disabled |",
        "| karmada-metrics-adapter     | disabled |",
        "| karmada-scheduler-estimator | unknown  |",
        "| karmada-search              | disabled |",
        RULE,
    ]


def test_what_is_enabled_serves_and_what_is_disabled_does_not(current: Site) -> None:
    names = ("karmada-search", "karmada-metrics-adapter")
    said = addons(current, "enable", *names)
    assert said.code == 0, said.err
    assert "Successfully enable addon karmada-search" in said.err
    known = statuses(current)
    assert {name: known[name] for name in names} == dict.fromkeys(names, "enabled")
    nodes = current.kubectl(current.karmada, "get", "--raw", "/apis/metrics.k8s.io/v1beta1/nodes")
    assert '"resource.karmada.io/query-from-cluster":"k3d-cluster-2"' in nodes
    assert current.kubectl(current.karmada, "get", "resourceregistries") == ""
    said = addons(current, "disable", *names, "--force")
    assert (said.code, said.out) == (0, f"Disable Karmada addon [{' '.join(names)}]\n")
    assert statuses(current)["karmada-search"] == "disabled"
    assert "search.karmada.io" not in current.kubectl(current.karmada, "api-versions")


def test_an_estimator_is_for_one_member(current: Site) -> None:
    member = "k3d-cluster-1"
    config = ("--member-kubeconfig", current.member(1), "--member-context", member)
    said = addons(current, "enable", "karmada-scheduler-estimator", "-C", member, *config)
    assert said.code == 0, said.err
    assert statuses(current, "-C", member)["karmada-scheduler-estimator"] == "enabled"
    assert statuses(current, "-C", "k3d-cluster-2")["karmada-scheduler-estimator"] == "disabled"
    host = str(current.folder / "cp.kubeconfig")
    secret = current.kubectl(
        host, "get", "secret", f"{member}-kubeconfig", "-n", "karmada-system", "-o", "name"
    )
    assert secret == f"secret/{member}-kubeconfig\n"
    assert addons(current, "disable", "karmada-scheduler-estimator", "-C", member, "-f").code == 0
    assert statuses(current, "-C", member)["karmada-scheduler-estimator"] == "disabled"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("enable",), "error: addonNames must be not be null"),
        (
            ("enable", "other"),
            "error: addon other is not be supported now",
        ),
        (
            ("enable", "karmada-search", "-C", "member1"),
            "error: cluster is needed only when enable karmada-scheduler-estimator or enable all",
        ),
        (("sing",), 'error: unknown command "sing" for "karmadactl addons"'),
    ],
)
def test_what_makes_no_sense_is_refused(current: Site, words: tuple[str, ...], why: str) -> None:
    said = addons(current, *words)
    assert (said.code, said.err.splitlines()[0]) == (1, why)


def test_nothing_is_enabled_where_karmada_is_not_installed(current: Site) -> None:
    """Another namespace than Karmada's has no secrets of its components."""
    said = addons(current, "enable", "karmada-search", "-n", "elsewhere")
    assert said.code == 1
    assert "secrets `karmada-search-config` is not found in namespace elsewhere" in said.err
