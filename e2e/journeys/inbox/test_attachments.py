"""A visitor shows something, and staff see it in the same moment."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from conversations.tests.attachments import files
from e2e.conftest import taking_files

pytestmark = pytest.mark.browser


@pytest.fixture
def takes_files(staffed_site):
    with taking_files(staffed_site):
        yield


def test_staff_see_a_picture_live_and_after_a_reload(takes_files, waiting):
    sam, one = waiting
    one.page.locator("#files").set_input_files(
        [{"name": "broken lamp.png", "mimeType": "image/png", "buffer": files.picture("PNG")}]
    )
    one.page.locator(".tray__file[data-state=ready]").wait_for()
    one.page.locator(".composer__send").click()

    for _ in range(2):
        picture = sam.page.locator(".message--user .attached").get_by_role("img", name="broken lamp.png")
        expect(picture).to_be_visible()
        sam.page.wait_for_function("() => document.querySelector('.attached img').naturalWidth === 640")
        assert sam.visit.axe("image-alt", "link-name", "color-contrast", "list") == []
        sam.page.reload()
