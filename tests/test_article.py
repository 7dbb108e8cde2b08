"""The article's lines as they stand."""

from karmada_nb.article import transform


def became(text: str) -> str:
    return "".join(transform(text.splitlines(keepends=True)))


def test_a_command() -> None:
    assert became("$kmd get cluster -o wide\n") == "%kmd get cluster -o wide\n"
    assert became("$k3 exec $curl_client -- curl -s http://pipy.default:8080") == (
        "%k3 exec $curl_client -- curl -s http://pipy.default:8080\n"
    )


def test_a_manifest_below_a_command() -> None:
    text = "$kmd apply -f - <<EOF\nkind: A\n  b: 'c'\nEOF\n$kmd get a\n"
    assert became(text) == (
        """get_ipython().run_cell_magic('kmd', 'apply -f -', "kind: A\\n  b: 'c'\\n")\n%kmd get a\n"""
    )


def test_an_answer_in_backticks() -> None:
    line = "curl_client=`$k3 get po -l app=curl -o jsonpath='{.items[0].metadata.name}'`"
    assert became(line) == ("curl_client = %k3 get po -l app=curl -o jsonpath='{.items[0].metadata.name}'\n")


def test_karmadactl_with_and_without_sudo() -> None:
    wanted = "%karmadactl --kubeconfig /tmp/cp.kubeconfig init\n"
    assert became("sudo karmadactl --kubeconfig /tmp/cp.kubeconfig init") == wanted
    assert became("karmadactl --kubeconfig /tmp/cp.kubeconfig init\n") == wanted


def test_python_and_other_magics_stay() -> None:
    for text in ('print("""\n$kmd get\n""")\n', "%%bash\n$kmd get\n", "karmadactl = 1\n", "x = 1\n", ""):
        assert became(text) == text
