"""The course in JupyterLab: every notebook is opened, run from its menu, and shows what it promises."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.jupyter import NOTEBOOKS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
TABLES = {
    "00_start_here": ("lab.clusters()", ["control-plane", "k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3"]),
    "01_why_many_clusters": ("lab.clusters()", ["control-plane", "k3d-cluster-3"]),
    "02_create_clusters": ("lab.clusters()", ["control-plane", "k3d-cluster-3"]),
    "05_deploy_without_policy": ("lab.events(", ["ApplyPolicyFailed", "No policy match for resource"]),
    "07_client_and_requests": ("lab.chart_requests(", ["k3d-cluster-3"]),
    "10_following_one_object": ("lab.chart_objects(", ["ResourceBinding", "pipy-deployment", "applied"]),
}
WORDS = {
    "03_install_karmada": ("get pods -n karmada-system", "karmada-scheduler"),
    "04_join_clusters": ("get cluster -o wide", "APIENDPOINT"),
    "06_propagation_policy": ("%k3 get po", "Running"),
    "08_summary_and_closing_question": ("curl -sS", "curl: (7)"),
    "09_two_editions": ("today.magics()", "API-ENDPOINT"),
}
FIGURES = {
    "05_deploy_without_policy": 1,
    "06_propagation_policy": 3,
    "07_client_and_requests": 2,
    "08_summary_and_closing_question": 3,
    "10_following_one_object": 1,
    "11_duplicated_or_divided": 1,
    "12_weights_and_remainders": 2,
    "16_when_a_cluster_dies": 1,
}


def test_a_chinese_reader_gets_there_and_is_judged_in_chinese(site: Site) -> None:
    notebook = site.open("00_start_here")
    notebook.page.get_by_role("link", name="中文", exact=True).click()
    heading = notebook.page.get_by_role("heading", name="从这里开始").first
    expect(heading).to_be_visible()
    notebook.close()
    notebook = site.open("zh/06_propagation_policy")
    notebook.run_all()
    expect(notebook.output('check("propagation")')).to_contain_text("还没有做")
    notebook.close()


@pytest.mark.parametrize("name", NAMES)
def test_runs_and_shows_what_it_promises(name: str, site: Site) -> None:
    notebook = site.open(name)
    notebook.run_all()
    page = notebook.page
    if name in TABLES:
        source, texts = TABLES[name]
        table = notebook.output(source).locator("table")
        expect(table).to_be_visible()
        for text in texts:
            expect(table).to_contain_text(text)
    if name in WORDS:
        source, text = WORDS[name]
        expect(notebook.output(source)).to_contain_text(text)
    figures = page.locator(".jp-OutputArea figure svg")
    expect(figures).to_have_count(FIGURES.get(name, 0))
    assert all((figure.bounding_box() or {"width": 0})["width"] > 300 for figure in figures.all())
    assert page.locator(".jp-OutputArea td", has_text="...").count() == 0, "no cell of a table is cut off"
    sideways = page.locator(".jp-OutputArea-output").evaluate_all(
        "all => all.filter(o => o.scrollWidth > o.clientWidth + 1).map(o => o.textContent.slice(0, 80))"
    )
    assert sideways == [], "nothing needs scrolling sideways in a window 1400 pixels wide"
    notebook.hide_files()
    notebook.show(page.locator(".jp-OutputArea").last, below=600)
    notebook.screenshot(name)
    notebook.close()
