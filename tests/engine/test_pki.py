"""Certificates that clients can use, kept as they are when a lab starts again."""

import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

import yaml
from cryptography import x509

from karmada_nb.engine import pki

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_a_restart_keeps_every_certificate(tmp_path: Path) -> None:
    first = pki.State(tmp_path / "pki", NOW)
    server, admin = first.server("karmada"), first.client("admin", "admin", ["system:masters"])
    numbers = first.signing_key.private.private_numbers()
    again = pki.State(tmp_path / "pki", NOW)
    assert again.authority.pair == first.authority.pair
    assert again.server("karmada") == server
    assert again.client("admin", "admin", ["system:masters"]) == admin
    assert again.signing_key.private.private_numbers() == numbers


def test_only_the_owner_can_read_keys(tmp_path: Path) -> None:
    state = pki.State(tmp_path / "pki", NOW)
    state.client("admin", "admin", ["system:masters"])
    assert state.signing_key.private
    pki.write_kubeconfig(tmp_path / "pki" / "config", {"kind": "Config"})
    assert stat.S_IMODE((tmp_path / "pki").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "pki").iterdir()}
    assert set(modes) == {"ca.crt", "ca.key", "admin.crt", "admin.key", "sa.key", "config"}
    assert set(modes.values()) == {0o600}


def test_client_certificate_names_user_and_groups(tmp_path: Path) -> None:
    pair = pki.Authority.create("ca", NOW).client("ann", ["devs", "ops"], NOW)
    subject = x509.load_pem_x509_certificate(pair.certificate).subject
    assert [a.value for a in subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)] == ["ann"]
    assert [a.value for a in subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)] == [
        "devs",
        "ops",
    ]


def test_server_certificate_covers_loopback_and_the_service_name(tmp_path: Path) -> None:
    state = pki.State(tmp_path, NOW)
    certificate = x509.load_pem_x509_certificate(state.server("a", addresses=["10.0.0.9"]).certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "kubernetes.default.svc" in names.get_values_for_type(x509.DNSName)
    assert {"127.0.0.1", "10.0.0.9"} <= {str(a) for a in names.get_values_for_type(x509.IPAddress)}
    assert state.server_context("a").verify_mode is ssl.CERT_OPTIONAL


def test_kubeconfig_is_complete(tmp_path: Path) -> None:
    pair = pki.Pair(b"cert", b"key")
    one = pki.kubeconfig("https://127.0.0.1:1", b"ca", name="karmada", client=pair)
    two = pki.kubeconfig("https://127.0.0.1:2", b"ca", name="member1", token="t")
    pki.write_kubeconfig(tmp_path / "config", pki.merge_kubeconfigs([one, two]))
    config = yaml.safe_load((tmp_path / "config").read_text())
    assert config["current-context"] == "karmada"
    assert [c["name"] for c in config["contexts"]] == ["karmada", "member1"]
    assert config["users"][0]["user"]["client-certificate-data"] == "Y2VydA=="
    assert config["users"][1]["user"] == {"token": "t"}
