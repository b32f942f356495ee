"""The same handlers answer under both prefixes, and one that will go says so in every answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import RequestFactory
from ninja import NinjaAPI, Router
from ninja.testing import TestAsyncClient, TestClient

from agents.tests.factories import AgentFactory
from lib.rest.problems import not_found
from salesagent.rest.errors import handle_errors
from salesagent.rest.versions import deprecated

SINCE, SUNSET = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)
HEADERS = {
    "Deprecation": "@1798761600",
    "Sunset": "Thu, 01 Jul 2027 00:00:00 GMT",
    "Link": '</api/agents>; rel="successor-version"',
}


@pytest.fixture
def router():
    """An API with one operation that will go, twice, and one that fails."""
    router = Router()
    going = deprecated(since=SINCE, sunset=SUNSET, successor="/api/agents")

    @router.get("/old", deprecated=True)
    @going
    def old(request):
        return {}

    @router.get("/old-async", deprecated=True)
    @going
    async def old_async(request):
        return {}

    @router.get("/gone", deprecated=True)
    @going
    def gone(request):
        raise not_found("Agent not found")

    return router


def api_of(router: Router, namespace: str) -> NinjaAPI:
    api = NinjaAPI(urls_namespace=namespace)
    api.add_router("", router)
    handle_errors(api)
    return api


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
def test_both_prefixes_have_the_same_operations(ask, prefix):
    agent = AgentFactory(name="Ada")

    assert ask("GET", f"{prefix}/agents/{agent.pk}").json()["name"] == "Ada"
    assert ask("GET", f"{prefix}/health").json()["status"] == "ok"
    assert ask("GET", f"{prefix}/agents/x").json()["detail"] == "Agent not found"


def test_an_operation_that_will_go_says_when_in_every_answer(router):
    client = TestClient(api_of(router, "going"))

    for path, status in (("/old", 200), ("/gone", 404)):
        response = client.get(path)
        assert response.status_code == status
        assert {name: response.headers[name] for name in HEADERS} == HEADERS


async def test_so_does_one_that_streams(router):
    response = await TestAsyncClient(api_of(router, "going-async")).get("/old-async")

    assert {name: response.headers[name] for name in HEADERS} == HEADERS


def test_it_is_marked_in_the_document_too(router):
    paths = api_of(router, "going-document").get_openapi_schema(path_prefix="")["paths"]

    assert paths["/old"]["get"]["deprecated"] is True


def test_what_goes_is_announced_before(rf: RequestFactory):
    with pytest.raises(ValueError, match="announced"):
        deprecated(since=SUNSET, sunset=SINCE)
