"""A visitor who asks too often is told when to come back."""

import pytest
from django.test import RequestFactory
from limits import parse

from access import rates

pytestmark = pytest.mark.storage  # counted in Redis where there is one


def test_the_hit_over_the_limit_is_refused_with_a_time():
    limit = parse("2/minute")
    rates.count(limit, "a")
    rates.count(limit, "a")

    with pytest.raises(rates.RateLimited) as caught:
        rates.count(limit, "a")

    assert 1 <= caught.value.retry_after_s <= 60
    rates.count(limit, "b")  # another one is not held back


def test_limits_can_be_off(settings):
    settings.RATE_LIMITS = False
    for _ in range(5):
        rates.count(parse("1/minute"), "a")


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "", "9.9.9.9"),
    ],
)
def test_an_address_is_believed_as_far_as_the_proxies_are_ours(settings, trusted, forwarded, address):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", HTTP_X_FORWARDED_FOR=forwarded)

    assert rates.address_of(request) == address


def test_a_redis_that_is_away_leaves_each_process_counting_for_itself(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    rates._limiter.cache_clear()
    try:
        rates.count(parse("1/minute"), "a")
        with pytest.raises(rates.RateLimited):
            rates.count(parse("1/minute"), "a")
    finally:
        settings.REDIS_URL = ""
        rates._limiter.cache_clear()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("2001:db8::1", "[2001:DB8:0:0:1::]"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
)
def test_an_ipv6_address_counts_as_its_network(first, second):
    rates.count(parse("1/minute"), "x", first)

    with pytest.raises(rates.RateLimited):
        rates.count(parse("1/minute"), "x", second)


def test_two_networks_are_two(settings):
    rates.count(parse("1/minute"), "2001:db8:1:2::1")
    rates.count(parse("1/minute"), "2001:db8:1:3::1")
    rates.count(parse("1/minute"), "not:an:address")


def test_a_turn_is_counted_for_visitor_address_and_agent(monkeypatch):
    monkeypatch.setattr(rates, "PER_AGENT", parse("2/minute"))
    rates.count_turn("visitor", "one", "10.0.0.1", "ada")
    rates.count_turn("key", "two", "10.0.0.2", "ada")

    with pytest.raises(rates.RateLimited):
        rates.count_turn("visitor", "three", "10.0.0.3", "ada")
    rates.count_turn("visitor", "three", "10.0.0.3", "bob")


def test_a_visitor_who_asks_too_often_does_not_use_up_the_agents_share(monkeypatch):
    monkeypatch.setattr(rates, "PER_VISITOR", parse("1/minute"))
    monkeypatch.setattr(rates, "PER_AGENT", parse("2/minute"))
    rates.count_turn("visitor", "one", "10.0.0.1", "ada")
    with pytest.raises(rates.RateLimited):
        rates.count_turn("visitor", "one", "10.0.0.1", "ada")

    rates.count_turn("visitor", "two", "10.0.0.1", "ada")


@pytest.mark.parametrize(("limit", "who"), [("PER_VISITOR_A_DAY", "one"), ("PER_ADDRESS_A_DAY", "three")])
def test_what_costs_has_a_limit_a_day_too(monkeypatch, limit, who):
    monkeypatch.setattr(rates, limit, parse("2/day"))
    for _ in range(2):
        rates.count_turn("visitor", "one", "10.0.0.1", "ada")

    with pytest.raises(rates.RateLimited) as limited:
        rates.count_turn("visitor", who, "10.0.0.1", "ada")
    assert limited.value.retry_after_s > 80_000
    rates.count_visitor("attachment", "one", "10.0.0.1")
    rates.count_turn("visitor", "two", "10.0.0.2", "ada")
    rates.count_turn("key", "one", "10.0.0.1", "ada")
