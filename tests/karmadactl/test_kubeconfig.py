"""Which cluster a kubeconfig leads to, and what is said when it leads nowhere."""

import base64
import io
from pathlib import Path

import pytest
import yaml

from karmada_nb.karmadactl.failures import CommandError
from karmada_nb.karmadactl.kubeconfig import REAL, load, stand_in

CONFIG = {
    "clusters": [
        {"name": "one", "cluster": {"server": "https://127.0.0.1:6444/"}},
        {
            "name": "two",
            "cluster": {
                "server": "https://127.0.0.1:6445",
                "certificate-authority-data": base64.b64encode(b"PEM").decode(),
            },
        },
    ],
    "users": [{"name": "me", "user": {"token": "secret"}}, {"name": "cloud", "user": {"exec": {}}}],
    "contexts": [
        {"name": "one", "context": {"cluster": "one", "user": "me", "namespace": "shop"}},
        {"name": "two", "context": {"cluster": "two", "user": "me"}},
        {"name": "cloud", "context": {"cluster": "two", "user": "cloud"}},
    ],
    "current-context": "one",
}


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(CONFIG))
    return str(path)


def test_the_current_context_is_taken_by_default(config: str) -> None:
    access = load(config)
    assert (access.server, access.namespace, access.token) == ("https://127.0.0.1:6444", "shop", "secret")


def test_another_context_may_be_named(config: str) -> None:
    access = load(config, "two")
    assert (access.server, access.namespace, access.authority) == (
        "https://127.0.0.1:6445",
        "default",
        b"PEM",
    )


def test_a_missing_context_is_named_and_so_are_those_there_are(config: str) -> None:
    with pytest.raises(CommandError) as error:
        load(config, "three")
    assert str(error.value) == 'context "three" does not exist'
    assert "one, two, cloud" in error.value.hint


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = f"{tmp_path}/none"
    with pytest.raises(CommandError, match=f"stat {path}: no such file or directory"):
        load(path)


def test_a_login_plugin_is_refused_with_the_way_out(config: str) -> None:
    with pytest.raises(CommandError, match="logs in with a plugin") as error:
        load(config, "cloud")
    assert "real karmadactl" in error.value.hint


def test_a_token_shows_in_no_message(config: str) -> None:
    assert "secret" not in repr(load(config))


@pytest.mark.skipif(REAL.exists(), reason="this machine has a Karmada of its own")
def test_the_labs_own_file_stands_in_for_the_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KARMADA_NB_STATE", str(tmp_path))
    notes = io.StringIO()
    with pytest.raises(CommandError, match=f"stat {REAL}: no such file") as error:
        stand_in(str(REAL), notes)
    assert "init" in error.value.hint
    own = tmp_path / REAL.name
    own.write_text("")
    assert stand_in(str(REAL), notes) == str(own)
    assert notes.getvalue().count(str(own)) == 1
    assert stand_in("/some/other", notes) == "/some/other"
