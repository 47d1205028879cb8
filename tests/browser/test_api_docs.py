"""The pages that read the API's schema aloud, tried under the portal's policy."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_documentation_opens_and_asks_the_api_while_the_policy_refuses_nothing(visit):
    page = visit("pudong", "/api/v1/docs/")
    operation = page.locator("#operations-plans-plans_retrieve")
    operation.get_by_role("button", name="GET /api/v1/plans/{id}/", exact=True).click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("id").fill("2023")
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")
    assert page.locator("body").evaluate("body => getComputedStyle(body).margin") == "0px"
