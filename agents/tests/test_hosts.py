"""Which web sites may embed an agent: what is written, what is stored, and which pages it lets in."""

import json

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from access import keys
from agents.hosts import MAX_HOSTS, host_of, hosts_of, is_listed, validate_hosts
from agents.models import Agent
from agents.staff.forms import HostsField
from agents.tests.factories import AgentFactory


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("https://shop.example", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        ("  HTTPS://Shop.Example/offers?a=1#top ", "https://shop.example"),
        ("https://shop.example:443/", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("127.0.0.1:5500", "https://127.0.0.1:5500"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("*.shop.example", "https://*.shop.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("*.BÜCHER.example/größe", "https://*.xn--bcher-kva.example"),
        ("https://straße.example", "https://xn--strae-oqa.example"),  # as browsers read it, and not strasse.example
        ("https://пример.рф:8443", "https://xn--e1afmkfd.xn--p1ai:8443"),
        ("https://i❤.example", "https://xn--i-7iq.example"),
        ("https://shop.example.", "https://shop.example"),
    ],
)
def test_a_host_is_stored_as_a_policy_writes_it(written, stored):
    assert host_of(written) == stored
    assert host_of(stored) == stored


@pytest.mark.parametrize(
    "written",
    [
        *("", "*", "https://*", "https://*.example", "https://a.*.example", "https://*.0.0.1.1", "'self'"),
        *("ftp://shop.example", "https://me:pw@shop.example", "https://shop.example; script-src *", "https://["),
        *("https://shop .example", "https://-a.example", "https://a..b", "javascript:x", "https://shop.example:port"),
        "https://" + "a" * 64 + ".example",
        *("https://" + "ü" * 63 + ".example", "https://ü\u200b.example", "https://ü ü.example", "https://*.ü"),
    ],
)
def test_what_is_no_host_or_too_many_is_refused_in_words(written):
    with pytest.raises(ValidationError) as refused:
        host_of(written)
    assert "“" in refused.value.messages[0]


@given(st.text(max_size=60))
def test_whatever_is_stored_cannot_end_the_directive_it_stands_in(text):
    try:
        host = host_of(text)
    except ValidationError:
        return
    assert host.isascii()
    assert not set(host) & set(" ;,\n\r\t'\"")
    assert host_of(host) == host


@pytest.mark.parametrize(
    ("page", "hosts", "may"),
    [
        ("https://shop.example", ["https://shop.example"], True),
        ("https://shop.example/a/b?c", ["https://shop.example"], True),
        ("https://www.shop.example", ["https://shop.example"], False),
        ("https://www.shop.example", ["https://*.shop.example"], True),
        ("https://a.b.shop.example", ["https://*.shop.example"], True),
        ("https://shop.example", ["https://*.shop.example"], False),
        ("https://badshop.example", ["https://*.shop.example"], False),
        ("https://shop.example.evil.test", ["https://shop.example"], False),
        ("http://shop.example", ["https://shop.example"], False),
        ("https://shop.example", ["http://shop.example"], True),
        ("https://shop.example:8443", ["https://shop.example"], False),
        ("http://localhost:3000", ["http://localhost:3000"], True),
        ("https://shop.example", [], False),
        ("", ["https://shop.example"], False),
        ("null", ["https://shop.example"], False),
        ("https://*.shop.example", ["https://*.shop.example"], False),
    ],
)
def test_a_page_may_embed_where_its_host_is_listed(page, hosts, may):
    assert is_listed(page, hosts) is may


def test_there_is_a_limit():
    with pytest.raises(ValidationError):
        hosts_of(f"https://shop{n}.example" for n in range(MAX_HOSTS + 1))
    with pytest.raises(ValidationError):
        validate_hosts(["Shop.example"])


@pytest.mark.django_db
def test_the_api_lists_hosts_and_refuses_others(client):
    headers = {"Authorization": f"Bearer {keys.create('Test')[1]}"}
    agent = AgentFactory.create()

    def put(hosts):
        body = json.dumps({"hosts": hosts})
        return client.put(f"/api/agents/{agent.pk}", body, content_type="application/json", headers=headers)

    assert put(["https://shop.example:443", "https://*.shop.example", "https://shop.example"]).json()["hosts"] == [
        "https://shop.example",
        "https://*.shop.example",
    ]
    names = ["https://bücher.example", "https://*.bücher.example", "https://shop.example:65535"]
    assert put(names).json()["hosts"] == [
        *("https://xn--bcher-kva.example", "https://*.xn--bcher-kva.example", "https://shop.example:65535")
    ]
    put(["https://shop.example", "https://*.shop.example"])
    for wrong in ("https://bücher.example:65536", "https://b ü.example", "https://ü@shop.example", "ü"):
        assert put([wrong]).status_code == 422
    refused = put(["https://*"])
    assert refused.status_code == 422
    assert Agent.objects.get().hosts == ["https://shop.example", "https://*.shop.example"]


def test_staff_write_one_a_line():
    field = HostsField(required=False)

    assert field.clean("shop.example\n\n https://*.shop.example\r\n") == [
        "https://shop.example",
        "https://*.shop.example",
    ]
    assert field.clean("") == []
    assert field.prepare_value(["https://a.example", "https://b.example"]) == "https://a.example\nhttps://b.example"
    assert not field.has_changed(["https://a.example"], "https://a.example")
    with pytest.raises(ValidationError, match="no web site"):
        field.clean("shop.example\n<script>")
