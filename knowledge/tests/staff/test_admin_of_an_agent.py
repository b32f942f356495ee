"""What is added from an agent's pages: the form begins with that agent, its bar stands above, and saving leads back."""

import pytest

from agents.tests.factories import AgentFactory, SuperuserFactory
from knowledge.models import Document

pytestmark = pytest.mark.django_db
ADDS = ("knowledge/document", "knowledge/website", "evaluation/case", "inbox/cannedreply")
BAR = 'class="agent-bar"'


@pytest.fixture
def agents(client):
    """Two, so that none is meant by itself."""
    client.force_login(SuperuserFactory())
    return AgentFactory(name="Wren"), AgentFactory(name="Tern")


@pytest.mark.parametrize("model", ADDS)
@pytest.mark.parametrize("query", ["agent={0}", "_changelist_filters=agent__id__exact%3D{0}"])
def test_a_form_begins_with_the_agent_whose_pages_led_there(client, agents, model, query):
    page = client.get(f"/admin/{model}/add/?{query.format(agents[1].pk)}").content.decode()

    assert f'<option value="{agents[1].pk}" selected>' in page
    assert f'<option value="{agents[0].pk}" selected>' not in page


@pytest.mark.parametrize("path", ["document/add/", "website/add/", "document/files/", "document/page/"])
def test_the_agents_bar_stands_above_what_is_added_to_it(client, agents, path):
    page = client.get(f"/admin/knowledge/{path}?agent={agents[1].pk}").content.decode()

    assert BAR in page
    assert "Pages of Tern" in page
    assert BAR not in client.get(f"/admin/knowledge/{path}").content.decode()


@pytest.mark.parametrize("agent", ["", "x", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("model", ADDS)
def test_an_address_that_names_no_agent_begins_with_none(client, agents, model, agent):
    page = client.get(f"/admin/{model}/add/?agent={agent}")

    assert page.status_code == 200
    assert not any(f'<option value="{each.pk}" selected>' in page.content.decode() for each in agents)


def test_after_saving_one_sees_the_documents_of_that_agent(client, agents):
    path = f"/admin/knowledge/document/add/?agent={agents[1].pk}"
    done = client.post(path, {"agent": agents[1].pk, "name": "Hours", "text": "Open until 18:30."})

    assert Document.objects.get().agent == agents[1]
    assert done["Location"].endswith(f"/document/?agent__id__exact={agents[1].pk}")


def test_the_only_agent_is_meant_where_one_is_needed(client):
    client.force_login(SuperuserFactory())
    agent = AgentFactory()

    assert f'value="{agent.pk}" selected' in client.get("/admin/knowledge/document/add/").content.decode()
    assert f'value="{agent.pk}" selected' not in client.get("/admin/inbox/cannedreply/add/").content.decode()


@pytest.mark.parametrize("model", ADDS)
def test_an_agent_is_only_chosen_there(client, agents, model):
    page = client.get(f"/admin/{model}/add/").content.decode()

    assert 'id="id_agent"' in page
    assert not any(f'id="{verb}_id_agent"' in page for verb in ("add", "change", "delete", "view"))
