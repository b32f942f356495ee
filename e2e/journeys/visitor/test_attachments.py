"""Pictures and PDF: picked, pasted, dropped, sent, seen again, by visitor and staff."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from conversations.tests.attachments import files
from fakes.scripts import Script

pytestmark = pytest.mark.browser

AGENT = """
from agents.models import Agent
agent, is_new = Agent.objects.get_or_create(slug="lens", defaults={"name": "Lens", "takes_attachments": True})
if is_new:
    agent.publish("You look at pictures.")
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PICTURE = {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": files.picture()}
PDF = {"name": "offer.pdf", "mimeType": "application/pdf", "buffer": files.pdf("The lamp is 40 dollars.")}


@pytest.fixture
def chat(visit, scripted_site, upstream):
    scripted_site.shell(AGENT)
    visit.page.goto(f"{scripted_site.url}/chat/lens/")
    visit.page.locator("#panel[data-files-started]").wait_for()
    return visit


def pick(visit, *chosen) -> None:
    visit.page.locator("#files").set_input_files(list(chosen))
    for file in chosen:
        visit.page.locator(".tray__file[data-state=ready]", has_text=file["name"]).wait_for()


def shown(visit):
    """The picture of a message, once the browser has it."""
    picture = visit.page.locator(".message--user .attached img")
    expect(picture).to_have_js_property("complete", True)
    visit.page.wait_for_function("() => document.querySelector('.attached img').naturalWidth > 0")
    return picture


def test_a_picture_is_picked_sent_seen_and_still_there_after_a_reload(chat, upstream):
    upstream.then(Script(text="That is orange and blue."))
    pick(chat, PICTURE)
    expect(chat.page.locator(".tray__picture img")).to_be_visible()

    chat.ask("What is this?")

    assert "That is orange and blue." in chat.finished()
    expect(chat.page.locator(".tray__file")).to_have_count(0)
    shown(chat)
    words, picture = upstream.requests[0].body["messages"][-1]["content"]
    assert words["text"].startswith("What is this?")
    kind, _comma, data = picture["image_url"]["url"].partition(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(data).startswith(b"\xff\xd8\xff")
    chat.page.reload()
    shown(chat)


def test_a_file_alone_is_a_message_and_a_pdf_is_read(chat, upstream):
    upstream.then(Script(text="40 dollars."))
    send = chat.page.locator(".composer__send")
    expect(send).to_have_attribute("aria-disabled", "true")
    pick(chat, PDF)
    expect(send).to_have_attribute("aria-disabled", "false")

    send.click()
    chat.finished()

    link = chat.page.locator(".message--user .attached__file")
    expect(link).to_contain_text("offer.pdf")
    assert "The lamp is 40 dollars." in upstream.requests[0].body["messages"][-1]["content"]
    with chat.page.expect_download() as download:
        link.click()
    assert Path(download.value.path()).read_bytes() == PDF["buffer"]


def test_what_is_uploaded_waits_through_a_reload_and_can_be_taken_out(chat):
    pick(chat, PICTURE, PDF)
    chat.page.reload()
    kept = chat.page.locator(".tray__file[data-state=ready]")
    expect(kept).to_have_count(2)

    with chat.page.expect_response(lambda response: "/remove/" in response.url) as removed:
        chat.page.get_by_role("button", name="Remove lamp.jpg").click()

    assert removed.value.status == 204
    expect(kept).to_have_count(1)
    expect(chat.page.get_by_role("button", name="Remove offer.pdf")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator("#tray")).to_be_hidden()
    expect(chat.page.get_by_role("textbox")).to_be_focused()


HAND_OVER = """
([name, data, type, event, target]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
  const Kind = event === "paste" ? ClipboardEvent : DragEvent;
  return document.querySelector(target).dispatchEvent(new Kind(event, options));
}
"""


@pytest.mark.parametrize(("event", "target"), [("paste", "#message"), ("drop", "#log")], ids=["pasted", "dropped"])
def test_a_picture_is_pasted_or_dropped(chat, event, target):
    data = base64.b64encode(files.picture("PNG")).decode()
    if event == "drop":
        chat.page.evaluate(HAND_OVER, ["a.png", data, "image/png", "dragenter", target])
        expect(chat.page.get_by_text("Let go to attach")).to_be_visible()

    went_on = chat.page.evaluate(HAND_OVER, ["a.png", data, "image/png", event, target])

    assert went_on is False, "the browser opens the file itself"
    chat.page.locator(".tray__file[data-state=ready]", has_text="a.png").wait_for()
    expect(chat.page.get_by_text("Let go to attach")).to_be_hidden()


def test_a_picture_opens_large_and_escape_closes_it(chat, upstream):
    upstream.then(Script(text="Fine."))
    pick(chat, PICTURE)
    chat.ask("Look")
    chat.finished()

    shown(chat).click()

    large = chat.page.get_by_role("dialog", name="Picture").get_by_role("img", name="lamp.jpg")
    expect(large).to_be_visible()
    assert large.evaluate("image => image.naturalWidth") == 640
    chat.page.keyboard.press("Escape")
    expect(large).to_be_hidden()


def test_without_a_connection_files_say_so_and_the_text_is_kept(chat, upstream):
    upstream.then(Script(text="Fine."))
    chat.page.get_by_role("textbox").fill("What is this?")
    chat.context.set_offline(True)
    chat.page.locator("#files").set_input_files([PICTURE])
    expect(chat.page.locator(".tray__file")).to_contain_text("Files need a connection")
    chat.page.get_by_role("textbox").press("Enter")
    expect(chat.page.locator("#composer-error")).to_contain_text("was not uploaded")
    expect(chat.page.get_by_role("textbox")).to_have_value("What is this?")

    chat.context.set_offline(False)

    chat.page.locator(".tray__file[data-state=ready]").wait_for()
    chat.page.get_by_role("textbox").press("Enter")
    chat.finished()
    shown(chat)


def test_an_upload_that_broke_off_is_tried_again_by_hand(chat):
    chat.page.route("**/attachments/", lambda route: route.abort())
    chat.page.locator("#files").set_input_files([PICTURE])
    chat.page.locator(".tray__file[data-state=failed]").wait_for()
    chat.page.unroute("**/attachments/")

    chat.page.get_by_role("button", name="Try lamp.jpg again").click()

    chat.page.locator(".tray__file[data-state=ready]").wait_for()
    expect(chat.page.locator("#composer-error")).to_have_text("")


def test_what_cannot_be_attached_says_why(chat):
    svg = {"name": "drawing.svg", "mimeType": "image/svg+xml", "buffer": files.SVG}
    false = {"name": "false.png", "mimeType": "image/png", "buffer": files.HTML}

    chat.page.locator("#files").set_input_files([svg])
    expect(chat.page.locator("#composer-error")).to_contain_text("drawing.svg: Only pictures")
    expect(chat.page.locator(".tray__file")).to_have_count(0)
    chat.page.locator("#files").set_input_files([false])

    refused = chat.page.locator(".tray__file[data-state=refused]")
    expect(refused).to_contain_text("Only pictures")
    expect(refused.get_by_role("button", name="Try false.png again")).to_be_hidden()
    chat.page.locator("#files").set_input_files([{**PICTURE, "name": f"{number}.jpg"} for number in range(5)])
    expect(chat.page.locator("#composer-error")).to_contain_text("At most 4 files")
    expect(chat.page.locator(".tray__file")).to_have_count(4)


def test_a_photograph_is_made_smaller_before_it_travels(chat):
    noise = Image.effect_noise((3200, 2400), 60).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=92)
    assert len(file.getvalue()) > 1_000_000

    with chat.page.expect_request(lambda request: request.url.endswith("/attachments/")) as sent:
        chat.page.locator("#files").set_input_files(
            [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}]
        )
    chat.page.locator(".tray__file[data-state=ready]").wait_for()

    assert int(sent.value.header_value("content-length") or 0) < len(file.getvalue())


def test_two_tabs_of_one_conversation_see_each_others_pictures(chat, upstream):
    upstream.then(Script(text="Hello."), Script(text="I see."))
    chat.ask("Hello")
    chat.finished()
    other = chat.context.new_page()
    other.goto(chat.page.url)
    other.locator("#panel[data-files-started]").wait_for()

    pick(chat, PICTURE)
    expect(other.locator(".tray__file")).to_have_count(0)
    chat.ask("And this?")
    chat.finished(2)

    expect(other.locator(".message--user .attached img")).to_have_count(1)


def test_an_agent_that_takes_no_files_has_no_button_and_loads_no_script(visit, scripted_site):
    loaded = []
    visit.page.on("request", lambda request: loaded.append(request.url))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.page.locator("#panel[data-started]").wait_for()

    expect(visit.page.locator("#files")).to_have_count(0)
    assert not [url for url in loaded if "/chat/files/" in url]


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_without_javascript_a_form_sends_files(visit, scripted_site, upstream):
    upstream.then(Script(text="A lamp."), Script(text="Another."))
    scripted_site.shell(AGENT)
    visit.page.goto(f"{scripted_site.url}/chat/lens/")

    for count, text in ((1, "What is this?"), (2, "")):
        field = visit.page.get_by_label("Attach pictures or PDF")
        expect(field).to_be_visible()
        field.set_input_files([PICTURE])
        visit.page.get_by_role("textbox").fill(text)
        visit.page.get_by_role("button", name="Send").click()
        expect(visit.page.locator(".message--user .attached img")).to_have_count(count)


@pytest.mark.parametrize("visit", [{}, PHONE], indirect=True, ids=["desktop", "phone"])
def test_nothing_of_it_is_in_the_way_of_anybody(visit, scripted_site, upstream):
    upstream.then(Script(text="Fine."))
    scripted_site.shell(AGENT)
    visit.page.goto(f"{scripted_site.url}/chat/lens/")
    visit.page.locator("#panel[data-files-started]").wait_for()
    pick(visit, PICTURE, PDF)
    assert visit.axe_light_and_dark() == []
    visit.page.locator(".composer__send").click()
    visit.finished()
    shown(visit)

    assert visit.axe_light_and_dark() == []
    assert visit.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    shown(visit).click()
    assert visit.axe() == []
