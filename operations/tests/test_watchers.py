"""Who may read /metrics: the token's owner, else this machine and nobody who came through a proxy."""

import pytest

from operations.watchers import may_watch

HERE = ("127.0.0.1", 1)
AWAY = ("203.0.113.9", 1)
HOST = (b"host", b"127.0.0.1:8000")


@pytest.mark.parametrize(
    ("client", "host"),
    [
        (HERE, b"127.0.0.1:8000"),
        (("::1", 1), b"[::1]:8000"),
        (("::ffff:127.0.0.1", 1), b"localhost"),
        (("127.9.9.9", 1), b"LOCALHOST:8000"),
    ],
)
def test_a_program_on_this_machine_may(client, host):
    assert may_watch(client, [(b"Host", host)])


@pytest.mark.parametrize("client", [AWAY, ("10.0.0.1", 1), ("172.17.0.1", 1), ("fe80::1%eth0", 1), ("", 1), None])
def test_another_machine_may_not_nor_a_socket_file_behind_which_a_proxy_stands(client):
    assert not may_watch(client, [HOST])


@pytest.mark.parametrize(
    "said",
    [
        (b"X-Forwarded-For", b"127.0.0.1"),
        (b"x-forwarded-for", b"203.0.113.9"),
        (b"X-Forwarded-For", b""),
        (b"X-Forwarded-Proto", b"https"),
        (b"X-Forwarded-Host", b"localhost"),
        (b"X-Real-IP", b"127.0.0.1"),
        (b"Forwarded", b"for=127.0.0.1"),
        (b"Via", b"1.1 proxy"),
        (b"CF-Connecting-IP", b"127.0.0.1"),
    ],
)
@pytest.mark.parametrize("client", [HERE, AWAY])
@pytest.mark.parametrize("trusted", [0, 1, 2])
def test_what_came_through_a_proxy_is_nobody_local_whatever_it_says(settings, client, said, trusted):
    settings.TRUSTED_PROXIES = trusted

    assert not may_watch(client, [HOST, said])


@pytest.mark.parametrize(
    "host", [b"chat.example.com", b"127.0.0.1.example.com", b"example.com:8000", b"", b"localhost.example"]
)
def test_a_proxy_that_adds_nothing_is_told_by_the_public_name(host):
    assert not may_watch(HERE, [(b"host", host)])


def test_no_name_and_two_names_are_nobody_local():
    assert not may_watch(HERE, [])
    assert not may_watch(HERE, [HOST, (b"host", b"chat.example.com")])


@pytest.mark.parametrize("client", [HERE, AWAY])
def test_with_a_token_only_the_token_counts(settings, client):
    settings.METRICS_TOKEN = "a-long-token-of-the-monitor"
    right = (b"Authorization", b"Bearer a-long-token-of-the-monitor")

    assert may_watch(client, [HOST, right])
    assert may_watch(client, [(b"host", b"chat.example.com"), (b"x-forwarded-for", b"203.0.113.9"), right])
    assert not may_watch(client, [HOST])
    for wrong in (b"Bearer ", b"Bearer a-long-token-of-the-monitoR", b"Basic a-long-token-of-the-monitor", b"\xff"):
        assert not may_watch(client, [HOST, (b"authorization", wrong)])
    assert not may_watch(client, [HOST, right, right])
