"""Files in the frame on a shop's site, also where the browser blocks the frame's cookie."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from conversations.tests.attachments import files
from fakes.scripts import Script

pytestmark = pytest.mark.browser

FRAME_SEES = "() => document.querySelector('.attached img')?.naturalWidth === 640"


@pytest.mark.parametrize("blocks", [False, True], ids=["cookies", "no cookies"])
def test_a_picture_is_sent_and_seen_in_the_frame(takes_files, shop, upstream, blocks):
    upstream.then(Script(text="A flag."))
    if blocks:  # as a browser does that keeps nothing for frames of other sites

        def without_cookie(route):
            headers = {name: value for name, value in route.request.headers.items() if name != "cookie"}
            route.continue_(headers={**headers, "cookie": ""})

        shop.page.route(f"{shop.site.url}/**", without_cookie)
    shop.open()
    shop.launcher.click()
    shop.chat.locator("#panel[data-files-started]").wait_for()
    pictures = [{"name": "a.png", "mimeType": "image/png", "buffer": files.picture("PNG")}]
    shop.chat.locator("#files").set_input_files(
        [*pictures, {"name": "b.pdf", "mimeType": "application/pdf", "buffer": files.pdf()}]
    )
    expect(shop.chat.locator(".tray__file[data-state=ready]")).to_have_count(2)
    shop.ask("What is this?")
    expect(shop.chat.locator(".message--assistant[data-status=complete]")).to_contain_text("A flag.")

    frame = next(frame for frame in shop.page.frames if "/embed/" in frame.url)
    frame.wait_for_function(FRAME_SEES)
    shop.chat.locator(".attached img").click()
    expect(shop.chat.get_by_role("dialog", name="Picture")).to_be_visible()
    shop.page.keyboard.press("Escape")
    expect(shop.chat.get_by_role("dialog", name="Picture")).to_be_hidden()
    expect(shop.chat.locator("#message")).to_be_visible()
    with shop.page.expect_download() as download:
        shop.chat.locator(".attached__file").click()
    assert download.value.suggested_filename == "b.pdf"
