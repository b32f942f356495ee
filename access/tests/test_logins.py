"""Guesses at passwords are few and cheap, whoever makes them, and keep nobody out who was in before."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from limits import parse

from access import logins
from access.logins import COOKIE

pytestmark = pytest.mark.django_db
PAGE = "/admin/login/"
RIGHT = "a-right-password"
WORDS = "Too many attempts to sign in"
PER_ADDRESS, PER_NAME, PER_BROWSER = map(parse, ("8/hour", "7/hour", "4/hour"))  # fewer, so that the tests are quick


@pytest.fixture(autouse=True)
def hashed(monkeypatch, settings):
    """How many passwords were hashed."""
    for name, limit in {"PER_ADDRESS": PER_ADDRESS, "PER_NAME": PER_NAME, "PER_BROWSER": PER_BROWSER}.items():
        monkeypatch.setattr(logins, name, limit)
    settings.PASSWORD_HASHERS = ["access.tests.test_logins.Counted"]
    Counted.count = 0
    return Counted


class Counted(MD5PasswordHasher):
    count = 0

    def encode(self, password, salt):
        Counted.count += 1
        return super().encode(password, salt)


@pytest.fixture
def owner(hashed):
    user = get_user_model().objects.create_superuser("owner", password=RIGHT)
    Counted.count = 0
    return user


def sign_in(client: Client, name: str = "owner", password: str = RIGHT, address: str = "10.0.0.1"):
    return client.post(PAGE, {"username": name, "password": password}, REMOTE_ADDR=address)


def is_in(response) -> bool:
    return response.status_code == 302


def is_held_back(response) -> bool:
    assert response.status_code == 429, response.status_code
    assert WORDS in response.content.decode()
    assert int(response["Retry-After"]) > 0
    return True


def test_the_right_password_lets_in(owner):
    assert is_in(sign_in(Client()))


def test_a_wrong_one_is_told_as_such(owner):
    response = sign_in(Client(), password="wrong")

    assert response.status_code == 200
    assert "Please enter the correct username and password" in response.content.decode()


def test_many_names_from_one_address_are_limited_before_a_password_is_hashed(owner):
    client = Client()
    for number in range(PER_ADDRESS.amount):
        sign_in(client, f"name-{number}", "guess")
    before = Counted.count

    assert is_held_back(sign_in(client, "another", "guess"))
    assert Counted.count == before
    assert is_in(sign_in(Client(), address="10.0.0.2"))


def test_one_name_from_many_addresses_is_limited(owner):
    for number in range(PER_NAME.amount):
        sign_in(Client(), "owner", "guess", f"10.1.0.{number}")
    before = Counted.count

    assert is_held_back(sign_in(Client(), "OWNER", "guess", "10.2.0.1"))
    assert is_held_back(sign_in(Client(), "ｏｗｎｅｒ", "guess", "10.2.0.1"))
    assert Counted.count == before


def test_one_name_from_one_address_is_limited_sooner(owner, settings):
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = sign_in(client, password="guess")

    assert is_held_back(last)
    assert is_held_back(sign_in(client))


@pytest.mark.parametrize("address", ["10.0.0.1", "10.9.9.9"], ids=["their own address", "other addresses"])
def test_the_owners_browser_is_let_in_whatever_strangers_try(owner, address):
    own = Client()
    sign_in(own)
    own.post("/admin/logout/")
    for number in range(PER_NAME.amount + PER_ADDRESS.amount):
        sign_in(Client(), "owner", "guess", address if number % 2 else f"10.3.0.{number}")
    assert is_held_back(sign_in(Client(), address=address))

    assert is_in(sign_in(own))


def test_a_known_browser_may_not_guess_for_ever_either(owner):
    own = Client()
    sign_in(own)
    for _ in range(PER_BROWSER.amount):
        sign_in(own, password="guess")

    assert is_held_back(sign_in(own))


def test_a_browser_is_known_for_the_name_it_signed_in_with_only(owner):
    own = Client()
    sign_in(own)
    for number in range(PER_ADDRESS.amount):
        sign_in(own, f"name-{number}", "guess")

    assert is_held_back(sign_in(own, "another", "guess"))


@pytest.mark.parametrize("value", ["", "x", "WyJhIiwiYiJd:x:y"])
def test_a_forged_cookie_is_no_known_browser(owner, value):
    client = Client()
    client.cookies[COOKIE] = value
    for number in range(PER_ADDRESS.amount):
        sign_in(client, f"name-{number}", "guess")

    assert is_held_back(sign_in(client))


def test_the_cookie_goes_to_the_login_page_alone(owner):
    cookie = sign_in(Client()).cookies[COOKIE]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (PAGE, True, "Strict")
    assert COOKIE not in sign_in(Client(), password="wrong").cookies


def test_who_fails_is_not_remembered_and_who_only_looks_is_not_counted(owner):
    client = Client()
    for _ in range(PER_ADDRESS.amount + 1):
        client.get(PAGE)

    assert is_in(sign_in(client))


def test_a_flood_of_strangers_waits_in_line_and_the_owners_browser_does_not(owner, monkeypatch):
    monkeypatch.setattr(logins, "WAIT_S", 0.01)
    own = Client()
    sign_in(own)
    before = Counted.count

    with logins._turns[False]:
        refused = sign_in(Client(), "owner", "guess", "10.4.0.1")
        in_between = Counted.count
        let_in = sign_in(own)

    assert (refused.status_code, WORDS in refused.content.decode()) == (503, True)
    assert in_between == before
    assert is_in(let_in)


def test_a_turn_is_given_back_after_an_error(owner, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(logins.admin.site, "login", broken)
    with pytest.raises(RuntimeError):
        sign_in(Client())

    assert all(turn.acquire(timeout=0) and turn.release() is None for turn in logins._turns.values())
    assert isinstance(logins._turns[True], threading.BoundedSemaphore)


def test_limits_that_are_off_count_nothing(owner, settings):
    settings.RATE_LIMITS = False
    client = Client()
    for number in range(PER_ADDRESS.amount + 1):
        last = sign_in(client, f"name-{number}", "guess")

    assert last.status_code == 200
