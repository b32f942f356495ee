"""A page is fetched from public addresses only, within limits, and with nothing of ours but who asks."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from contextlib import suppress

import pytest
from aiohttp.abc import AbstractResolver

from fakes.websites.website import Website, website
from knowledge.websites import fetching
from knowledge.websites.fetching import Fetcher, NotFetched, checked_url
from knowledge.websites.networks import may_connect


class Names(AbstractResolver):
    """Names and their addresses, each time the next of those given; the last one stays."""

    def __init__(self, **addresses: list[str]) -> None:
        self.addresses = addresses

    async def resolve(self, host, port=0, family=socket.AF_INET):
        known = self.addresses[host.partition(".")[0]]
        address = known.pop(0) if len(known) > 1 else known[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": kind,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self):
        pass


@pytest.fixture
def site():
    with website() as made:
        made.page("/", "<p>Lamps.</p>")
        yield made


@pytest.fixture
def fetcher():
    with Fetcher(private=True) as made:
        yield made


def test_a_page_is_fetched_and_says_who_asks(site: Website, fetcher, settings):
    settings.SITE_URL = "https://chat.example.com"
    with Fetcher(private=True) as named:
        found = named.fetch(site.url("/#top"))

    assert (found.status, found.url, found.content_type) == (200, site.url("/"), "text/html")
    assert b"Lamps." in found.body
    headers = site.asked[0][1]
    assert headers["User-Agent"] == f"Salesagent/{settings.VERSION} (+https://chat.example.com/)"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 refused
            "255.255.255.255",
        ),
        *("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "224.0.0.1", "240.0.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("64:ff9b:1::7f00:1", "2002:7f00:1::1", "2001:0:1::80ff:fffe", "nonsense", ""),
    ],
)
def test_only_public_addresses_are_connected_to(address):
    assert not may_connect(address, private=False)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "8.8.8.8",
        "2606:4700::6810:84e5",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "172.32.0.1",
        "100.128.0.1",
    ],
)
def test_public_addresses_are(address):
    assert may_connect(address, private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fc00::1", "100.64.0.1", "8.8.8.8"])
def test_private_and_loopback_addresses_are_where_the_settings_say_so(address):
    assert may_connect(address, private=True)


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "::ffff:169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fe80::1"),
        *("0.0.0.0", "::", "224.0.0.1", "240.0.0.1", "64:ff9b::a9fe:a9fe"),  # noqa: S104 refused
    ],
)
def test_where_clouds_keep_credentials_nobody_ever_connects_to(address):
    assert not may_connect(address, private=True)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://2130706433/", "http://0x7f.1/"),
        *("http://0177.0.0.1/", "http://127.1/", "http://localhost/", "http://169.254.169.254/latest/meta-data/"),
    ],
)
def test_no_spelling_of_a_private_address_gets_through(url):
    with Fetcher(private=False) as fetcher, pytest.raises(NotFetched):
        fetcher.fetch(url)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.1.1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_is_refused_before_a_connection_is_opened(address):
    names = Names(inside=[address])

    with Fetcher(private=False, resolver=names) as fetcher, pytest.raises(NotFetched, match="inside a private network"):
        fetcher.fetch("http://inside.example/")


def test_a_name_that_changes_its_address_is_looked_at_where_it_connects(site: Website, monkeypatch):
    """The first answer of the name server is harmless and the second is not: what counts is what is connected to."""
    seen = []
    allowed = fetching.may_connect

    def seen_first(address, *, private):
        seen.append(address)
        return (address == "127.0.0.1" and len(seen) == 1) or allowed(address, private=private)

    monkeypatch.setattr(fetching, "may_connect", seen_first)
    monkeypatch.setattr(fetching, "_PORTS", (80, 443, site.port))
    site.put("/", "x", Connection="close")
    with Fetcher(private=False, resolver=Names(shop=["127.0.0.1", "127.0.0.2"])) as fetcher:
        fetcher.fetch(f"http://shop.example:{site.port}/")
        fetcher._session.connector.clear_dns_cache()
        with pytest.raises(NotFetched, match="inside a private network"):
            fetcher.fetch(f"http://shop.example:{site.port}/")

    assert seen == ["127.0.0.1", "127.0.0.2"]


def test_each_redirect_is_looked_at(site: Website, fetcher):
    site.redirect("/in", "http://169.254.169.254/latest/meta-data/")
    site.redirect("/file", "file:///etc/passwd")
    site.redirect("/password", f"http://user:secret@127.0.0.1:{site.port}/")

    for path, words in (("/in", "private network"), ("/file", "no address"), ("/password", "user name")):
        with pytest.raises(NotFetched, match=words):
            fetcher.fetch(site.url(path))


def test_redirects_are_followed_five_times_at_most(site: Website, fetcher):
    for number in range(6):
        site.redirect(f"/{number}", f"/{number + 1}" if number < 5 else "/")

    assert fetcher.fetch(site.url("/1")).url == site.url("/")
    with pytest.raises(NotFetched, match="round in a circle"):
        fetcher.fetch(site.url("/0"))


def test_a_redirect_can_be_the_answer(site: Website, fetcher):
    site.redirect("/old", "new?a=1", 308)

    found = fetcher.fetch(site.url("/old"), redirects=0)

    assert (found.status, found.location, found.is_redirect) == (308, site.url("/new?a=1"), True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.com/", "no address of a web page"),
        ("file:///etc/passwd", "no address"),
        ("javascript:alert(1)", "no address"),
        ("https://", "no address"),
        ("https://exa mple.com/", "no address"),
        ("https://[::1/", "no address"),
        ("https://example.com:99999/", "no address"),
        ("https://example.com/" + "a" * 2000, "no address"),
        ("example.com", "no address"),
        ("", "no address"),
        ("https://user:secret@example.com/", "user name or a password"),
        ("https://user@example.com/", "user name or a password"),
        ("http://example.com:8080/", "port 8080"),
        ("http://example.com:22/", "port 22"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused_with_words(url, words):
    with pytest.raises(NotFetched, match=words) as caught:
        checked_url(url, private=False)

    assert "secret" not in str(caught.value)


def test_other_ports_are_read_where_private_addresses_are():
    assert checked_url(" http://shop.internal:8080/a#b ", private=True) == "http://shop.internal:8080/a"


def test_a_page_that_is_too_large_is_given_up_in_the_middle(site: Website, fetcher, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_BYTES", 100_000)
    site.put("/told", b"x" * 100_001)
    chunk = b"%x\r\n" % 100_001 + b"x" * 100_001
    site.put("/untold", chunk + b"\r\n0\r\n\r\n", Transfer_Encoding="chunked")

    for path in ("/told", "/untold"):
        with pytest.raises(NotFetched, match="larger than"):
            fetcher.fetch(site.url(path))


def test_a_small_answer_that_unpacks_to_gigabytes_is_given_up(site: Website, fetcher):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    site.put("/bomb", bomb, Content_Encoding="gzip")
    assert len(bomb) < 250_000

    with pytest.raises(NotFetched, match="larger than 5 MB"):
        fetcher.fetch(site.url("/bomb"))


def test_packed_pages_are_unpacked(site: Website, fetcher):
    site.put("/packed", gzip.compress(b"<p>Lamps.</p>"), Content_Encoding="gzip")

    assert fetcher.fetch(site.url("/packed")).body == b"<p>Lamps.</p>"


def test_other_types_than_pages_are_refused(site: Website, fetcher):
    site.put("/a.png", b"\x89PNG", Content_Type="image/png")

    with pytest.raises(NotFetched, match="image/png"):
        fetcher.fetch(site.url("/a.png"))


def test_the_encoding_that_the_server_names_is_the_one(site: Website, fetcher):
    site.put("/", "<p>größer</p>".encode("latin-1"), Content_Type="text/html; charset=iso-8859-1")

    assert "größer" in fetcher.fetch(site.url("/")).body.decode()


def test_a_page_that_did_not_change_is_not_sent_again(site: Website, fetcher):
    first = fetcher.fetch(site.url("/"))
    second = fetcher.fetch(site.url("/"), etag=first.etag, last_modified="Sat, 01 Nov 2025 10:00:00 GMT")

    assert (second.status, second.body) == (304, b"")
    assert site.asked[1][1]["If-Modified-Since"] == "Sat, 01 Nov 2025 10:00:00 GMT"


def test_no_cookie_is_kept(site: Website, fetcher):
    site.put("/", "x", Set_Cookie="a=b; Path=/")

    fetcher.fetch(site.url("/"))
    fetcher.fetch(site.url("/"))

    assert "Cookie" not in site.asked[1][1]


def test_who_answers_too_slowly_is_given_up(site: Website, fetcher, monkeypatch):
    monkeypatch.setattr(fetching, "TOTAL_S", 0.2)
    site.put("/", "x", wait_s=30)

    with pytest.raises(NotFetched, match="in time") as caught:
        fetcher.fetch(site.url("/"))

    assert caught.value.may_pass


def test_who_sends_a_byte_at_a_time_is_given_up_too(monkeypatch):
    monkeypatch.setattr(fetching, "TOTAL_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip():
            connection, _address = server.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
                with suppress(OSError):  # who gives up hangs up, before this thread hears of it
                    while not ended.wait(0.05):
                        connection.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with Fetcher(private=True) as fetcher, pytest.raises(NotFetched, match="in time"):
            fetcher.fetch(f"http://127.0.0.1:{server.getsockname()[1]}/")
        ended.set()
        thread.join()


def test_what_a_server_says_of_itself_is_told(site: Website, fetcher):
    site.put("/busy", "", status=503, Retry_After="120", X_Robots_Tag="NoIndex")

    busy = fetcher.fetch(site.url("/busy"))

    assert (busy.status, busy.retry_after_s, busy.robots, busy.body) == (503, 120.0, "noindex", b"")


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n", b""])
def test_what_is_no_answer_has_words(answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            with suppress(OSError):  # the test is over: not every connection is tried once more
                for _ in range(2):
                    connection, _address = server.accept()
                    with connection:
                        connection.recv(10_000)
                        connection.sendall(answer)

        threading.Thread(target=speak, daemon=True).start()
        with Fetcher(private=True) as fetcher, pytest.raises(NotFetched, match="broke off"):
            fetcher.fetch(f"http://127.0.0.1:{server.getsockname()[1]}/")


def test_a_server_that_is_not_there_has_words(site: Website, fetcher):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(NotFetched, match="cannot be reached"):
        fetcher.fetch(f"http://127.0.0.1:{port}/")
