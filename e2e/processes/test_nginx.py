"""The site behind a real nginx, with the very file that docs/ ships: page socket, JSON socket, voice's and streams."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass

import aiohttp
import pytest

from e2e.processes.visitor import Visitor, question
from fakes.patience import PATIENCE_S, wait_until
from fakes.site import MAKE_AGENT, ROOT, free_port, site

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not NGINX and not os.environ.get("REQUIRE_SERVICES"), reason="no nginx on this machine"),
]
MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
STREAM = {"Accept": "text/event-stream", "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "http"}


@dataclass
class Proxied:
    url: str
    plain_url: str


@pytest.fixture(scope="module")
def proxied(tmp_path_factory, upstream_server):
    assert NGINX, "REQUIRE_SERVICES is set, and there is no nginx"
    folder, tls, plain = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    behind = {"BEHIND_TLS_PROXY": "true", "TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": "chat.example.com,127.0.0.1"}
    behind |= {"SECRET_KEY": "s" * 50, "CSRF_TRUSTED_ORIGINS": f"https://127.0.0.1:{tls}"}
    model = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "REDIS_URL": ""}
    with site(folder, begun_with=MAKE_AGENT, **behind, **model) as made:
        made.start()
        _certify(folder)
        conf = (ROOT / "docs" / "nginx.conf").read_text()
        for shipped, here in (
            ("127.0.0.1:8000", f"127.0.0.1:{made.port}"),
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;"),
            ("listen [::]:80;", ""),
            ("listen [::]:443 ssl http2;", ""),
            ("/etc/letsencrypt/live/chat.example.com/fullchain.pem", f"{folder}/cert.pem"),
            ("/etc/letsencrypt/live/chat.example.com/privkey.pem", f"{folder}/key.pem"),
        ):
            assert shipped in conf
            conf = conf.replace(shipped, here)
        (folder / "site.conf").write_text(conf)
        (folder / "main.conf").write_text(MAIN.format(folder=folder))
        with subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "main.conf")]) as nginx:
            _wait_for(tls)
            yield Proxied(f"https://127.0.0.1:{tls}", f"http://127.0.0.1:{plain}")
            nginx.terminate()


def _certify(folder) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=chat.example.com",
    ]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)


def _wait_for(port: int) -> None:
    def is_there() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(is_there)


@pytest.fixture
async def http(proxied):
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=False), cookie_jar=aiohttp.CookieJar(unsafe=True)
    ) as session:
        yield session


async def test_a_page_sends_and_sees_the_answer_come(proxied, http, upstream):
    text, answer = question("proxied", count=10, rate_per_s=20, hold_after=5)
    http.headers["Referer"] = f"{proxied.url}/"
    visitor = Visitor(http)

    sent = await visitor.insist(proxied.url, text)
    async with visitor.page(proxied.url) as page:
        await page.shows(sent.answer_id, 5)
        status = page.status(sent.answer_id)
        upstream.go_on()
        shown = await page.ended(sent.answer_id)

    assert (status, shown.text) == ("running", answer)


@pytest.mark.parametrize(
    "said", [{}, {"X-Forwarded-For": "127.0.0.1"}, {"Host": "localhost"}, {"Forwarded": "for=::1"}]
)
async def test_who_comes_through_the_proxy_is_nobody_local_and_reads_no_figures(proxied, http, said):
    """Although the proxy is on this machine, as its address says."""
    async with http.get(f"{proxied.url}/metrics", headers=said) as answer:
        assert answer.status == 403
        assert "salesagent_" not in await answer.text()


async def test_the_json_socket_answers(proxied, http):
    async with http.ws_connect(f"{proxied.url}/socket") as client:
        await client.send_json({"type": "connect"})
        connected = await client.receive_json(timeout=PATIENCE_S)
        text, answer = question("jsonsocket", count=5, rate_per_s=20)
        await client.send_json({"type": "message", "client_id": "c1", "content": text})
        while True:
            frame = await client.receive_json(timeout=PATIENCE_S)
            said = frame.get("message", {})
            if frame["type"] == "message" and said["role"] == "assistant" and said["status"] != "running":
                break

    assert connected["type"] == "connect"
    assert frame["message"]["content"] == answer


async def test_live_voice_is_reached(proxied, http):
    async with http.ws_connect(f"{proxied.url}/ws/audio", protocols=["voice.v1"]) as client:
        await client.send_json({"type": "ping"})

        assert (await client.receive_json(timeout=PATIENCE_S))["type"] == "pong"


async def test_a_stream_is_not_kept_back(proxied, http, upstream):
    async with http.post(f"{proxied.url}/api/chat/init", json={}) as response:
        begun = await response.json()
    text, answer = question("streamed", count=8, rate_per_s=8, hold_after=4)
    path = f"/api/sessions/{begun['session_id']}/messages"
    headers = {**STREAM, "Authorization": f"Bearer {begun['token']}"}
    async with http.post(proxied.url + path, json={"content": text}, headers=headers) as response:
        arrived = []
        async for line in response.content:
            if line.startswith(b"data: "):
                arrived.append(line)
                if b"streamed-3" in line:
                    upstream.go_on()  # what the model says next waits until this has come

    assert json.loads(arrived[-1][6:])["full_content"] == answer


def test_browsers_get_all_files_of_a_page_by_one_connection(proxied):
    """And a stream does not take one of the six that a browser opens without HTTP/2."""
    command = ["curl", "-sk", "--http2", "-o", os.devnull, "-w", "%{http_version} %{http_code}", f"{proxied.url}/"]

    said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True).stdout

    assert said == "2 200"


@pytest.mark.parametrize(("megabytes", "status"), [(50, 403), (54, 413)])
async def test_the_largest_upload_reaches_the_site_and_a_larger_one_does_not(proxied, http, megabytes, status):
    """The site refuses the first, since a visitor's token adds no documents."""
    async with http.post(f"{proxied.url}/api/chat/init", json={}) as response:
        begun = await response.json()
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(bytes(megabytes * 1_000_000)), filename="large.bin")
    headers = {"Authorization": f"Bearer {begun['token']}"}
    where = f"{proxied.url}/api/agents/{begun['agent']['id']}/documents"

    async with http.post(where, data=form, headers=headers) as answer:
        assert answer.status == status


async def test_plain_http_goes_to_tls_and_tls_is_told_to_last(proxied, http):
    async with http.get(f"{proxied.plain_url}/api/health", allow_redirects=False) as plain:
        where = plain.headers["Location"]
    async with http.get(f"{proxied.url}/") as page:
        headers = page.headers

    assert where.startswith("https://")
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert page.status == 200


async def test_a_page_of_another_origin_opens_no_socket(proxied, http):
    for origin in (
        proxied.plain_url,
        proxied.url.replace("https", "http"),
        "https://127.0.0.1",
        "https://evil.example",
    ):
        for path in ("/ws/chat/00000000-0000-0000-0000-000000000000/", "/socket"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(proxied.url + path, headers={"Origin": origin})
            assert refused.value.status == 403
