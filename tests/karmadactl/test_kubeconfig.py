"""Which cluster a kubeconfig leads to, and what is said when it leads nowhere."""

import base64
import io
import os
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


def test_several_files_count_as_one(config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "token").write_text("from a file")
    more = {
        "clusters": [{"name": "three", "cluster": {"server": "https://127.0.0.1:6446"}}],
        "users": [
            {"name": "me", "user": {"token": "other"}},
            {"name": "her", "user": {"tokenFile": "token"}},
        ],
        "contexts": [
            {"name": "three", "context": {"cluster": "three", "user": "her"}},
            {"name": "one", "context": {"cluster": "three", "user": "her"}},
            {"name": "four", "context": {"cluster": "three", "user": "me"}},
        ],
        "current-context": "three",
    }
    (folder / "config").write_text(yaml.safe_dump(more))
    files = (config, f"{tmp_path}/none", f"{folder}/config")
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(files))
    assert load("").server == "https://127.0.0.1:6444"
    three = load("", "three")
    assert (three.server, three.token) == ("https://127.0.0.1:6446", "from a file")
    assert three.path == folder / "config"
    assert load("", "four").token == "secret"
    with pytest.raises(CommandError) as error:
        load("", "five")
    assert "one, two, cloud, three, four" in error.value.hint


def test_nothing_is_said_where_there_is_no_file_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path}/none")
    with pytest.raises(CommandError, match="Missing or incomplete configuration info"):
        load("")


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
