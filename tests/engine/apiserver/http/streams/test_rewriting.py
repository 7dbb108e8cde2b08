"""Links through a proxy, as k8s.io/apimachinery pkg/util/proxy/transport_test.go has them."""

import pytest

from karmada_nb.engine.apiserver.http.streams import rewriting

PREFIX = "/api/v1/namespaces/default/pods/p/proxy"
HOSTS = ("10.42.0.5:80",)


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("/logs", f"{PREFIX}/logs"),
        ("/logs/", f"{PREFIX}/logs/"),
        ("/logs?a=b#c", f"{PREFIX}/logs?a=b#c"),
        ("relative/page", "relative/page"),
        ("http://10.42.0.5:80/logs", f"{PREFIX}/logs"),
        ("http://example.com/logs", "http://example.com/logs"),
        (f"{PREFIX}/logs", f"{PREFIX}/logs"),
    ],
)
def test_links(link: str, found: str) -> None:
    assert rewriting.url(link, PREFIX, HOSTS) == found


def test_pages() -> None:
    page = """<pre><a class="x" href="/one">1</a><img src='/two'/><p title="/three">/four</p></pre>"""
    assert rewriting.page(page, PREFIX, HOSTS) == (
        f"""<pre><a class="x" href="{PREFIX}/one">1</a><img src='{PREFIX}/two'/>"""
        """<p title="/three">/four</p></pre>"""
    )
