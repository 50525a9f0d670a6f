"""An educator checks a patient in a real browser: begins it, sees that it runs, reads what came of it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, Service, faults

WAIT_MS = 60_000


def test_an_educator_checks_a_patient_and_reads_the_report(open_page: Open, service: Service) -> None:
    page = open_page()
    page.goto(service.another_link("educator@example.org"))
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("link", name="Patients").click()
    expect(page.get_by_role("heading", name="Patients")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("link", name="Maria Rivera").click()
    page.get_by_role("button", name="Check this patient").click()
    expect(page.get_by_role("status")).to_contain_text("The check runs")
    assert faults(page) == []

    expect(page.get_by_text("Passes.")).to_be_visible(timeout=WAIT_MS)  # without a click of anybody's
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(11)
    expect(rows.nth(1)).to_contain_text("4 of 4")
    assert faults(page) == []
    page.goto("/personas")
    expect(page.get_by_role("listitem").filter(has_text="Maria")).to_contain_text("Passes.")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light"), (390, "dark")])
def test_the_pages_of_patients_hold_in_any_window(open_page: Open, service: Service, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    page.goto(service.another_link("educator@example.org"))
    page.get_by_role("main").get_by_role("button").click()
    for address in ("/personas", "/personas/maria_rivera", "/personas/ray_hodgkiss"):
        page.goto(address)
        assert faults(page) == []
