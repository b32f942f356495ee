"""A visitor is whoever holds the signed cookie; a forged one is nobody."""

from django.http import HttpResponse
from django.test import RequestFactory

from access.visitors import COOKIE, new_visitor, set_cookie, visitor_of, visitor_of_headers


def test_page_and_socket_know_the_same_visitor():
    value, visitor = new_visitor()
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = value

    assert visitor_of(request) == visitor
    assert visitor_of_headers([(b"cookie", f"other=1; {COOKIE}={value}".encode())]) == visitor


def test_an_odd_cookie_of_somebody_else_hides_no_visitor():
    value, visitor = new_visitor()
    for odd in ('a={"x":1}', "foo=bar baz", "n@me=1", "k=é"):
        assert visitor_of_headers([(b"cookie", f"{odd}; {COOKIE}={value}".encode())]) == visitor


def test_two_visitors_are_never_the_same():
    assert new_visitor()[1] != new_visitor()[1]


def test_a_forged_or_broken_cookie_is_nobody():
    value, _ = new_visitor()
    for forged in ("", "x", value[:-1] + ("a" if value[-1] != "a" else "b"), value.split(":")[0]):
        request = RequestFactory().get("/")
        request.COOKIES[COOKIE] = forged
        assert visitor_of(request) == ""
    assert visitor_of_headers([(b"cookie", b"\xff=;;=")]) == ""
    assert visitor_of_headers([]) == ""


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites():
    response = HttpResponse()
    set_cookie(response, new_visitor()[0], RequestFactory().get("/"))

    assert response.cookies[COOKIE]["httponly"]
    assert response.cookies[COOKIE]["samesite"] == "Lax"
