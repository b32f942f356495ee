"""One real chat with a running site, by its forms alone; fails unless the answer is right and has its source."""

from __future__ import annotations

import http.cookiejar
import json
import re
import sys
import urllib.parse
import urllib.request


def main(base: str) -> None:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    health = json.load(browser.open(f"{base}/api/health", timeout=60))
    assert health["status"] == "ok", health
    landing = browser.open(f"{base}/", timeout=60).read().decode()
    style = re.search(r'href="(/static/css/[^"]+\.css)"', landing)
    assert style, "the landing page links no style sheet"
    assert browser.open(base + style[1], timeout=60).status == 200
    page = browser.open(f"{base}/chat/", timeout=60).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    action = re.search(r'action="(/chat/[^"]+/messages/)"', page)
    assert token, "the chat page has no form"
    assert action, "the chat page has no form"
    form = {"csrfmiddlewaretoken": token[1], "content": "How long do I have to return a machine?"}
    post = urllib.request.Request(base + action[1], urllib.parse.urlencode(form).encode(), {"Referer": f"{base}/chat/"})  # noqa: S310
    answer = browser.open(post, timeout=120).read().decode()
    assert "30 days" in answer, "the answer does not hold the fact"
    assert "Returns" in answer, "the answer names no source"
    print("one chat: question stored, right answer with its source")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
