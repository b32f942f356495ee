"""Staff look through proposed cases, change them, and add those they want; none is stored unseen."""

import asyncio
import json
import threading

import pytest
from django.test import AsyncClient

from agents.tests.factories import StaffFactory, SuperuserFactory
from evaluation.models import Case
from evaluation.proposing.proposing import Proposals
from evaluation.proposing.untouched import untouched
from evaluation.running import begin
from evaluation.tests.conftest import worked
from evaluation.tests.factories import CaseFactory
from fakes.scripts import Script
from knowledge.indexing import index_document
from knowledge.models import Chunk, Document
from lib.database import POSTGRES_THREADS, in_database

pytestmark = pytest.mark.django_db(transaction=True)
CARE = "# Care\n\n## Washing\n\nThe shade is washed at home in 20 minutes.\n\n## Bulbs\n\nA bulb lasts 3 years."


@pytest.fixture
def shop(seller):
    index_document(Document.objects.create(agent=seller, name="Care", text=CARE))
    return seller


@pytest.fixture
def staff(client):
    client.force_login(SuperuserFactory())
    return client


def url(agent, page="propose"):
    return f"/admin/evaluation/case/of/{agent.pk}/{page}/"


def streamed(agent):
    client = AsyncClient()
    client.force_login(SuperuserFactory())

    async def lines():
        response = await client.post(url(agent), headers={"Accept": "application/x-ndjson"})
        body = b"".join([piece async for piece in response])
        return [json.loads(line) for line in body.splitlines() if line]

    return asyncio.run(lines())


async def test_passages_are_read_while_the_database_threads_are_at_what_visitors_asked(shop):
    is_read = threading.Event()
    busy = [asyncio.ensure_future(in_database(is_read.wait)(60)) for _ in range(POSTGRES_THREADS)]

    async def first():
        return await anext(Proposals(shop).each())

    reading = asyncio.ensure_future(first())
    read, _waiting = await asyncio.wait({reading}, timeout=30)
    is_read.set()
    await asyncio.gather(*busy)

    assert read
    assert (await reading).must


def card(number, chunk, **values):
    values = {"question": "How much?", "must": "40 euros", "cites": "on", "keep": "on"} | values
    given = {f"p{number}-{name}": value for name, value in values.items() if value}
    return {"card": str(number), f"p{number}-chunk": chunk} | given


def chunk_of(text):
    return Chunk.objects.get(text__contains=text).pk


def headings(agent):
    return [passage.title for passage in untouched(agent)]


def test_what_no_case_touches_comes_first_of_documents_that_none_touches(shop):
    assert set(headings(shop)) == {"Prices", "Washing", "Bulbs"}

    case = CaseFactory(agent=shop, question="How much is the desk lamp?", must=["40 euros", "90 euros"])

    assert set(headings(shop)) == {"Washing", "Bulbs"}
    case.must = ["fifty"]
    case.save()
    worked(begin(shop.published_prompt))  # its answer is taken from the prices
    assert "Prices" not in headings(shop)


def test_a_case_that_cites_another_document_does_not_touch_what_says_the_same(shop):
    case = CaseFactory(agent=shop, must=["3 years"])
    case.cites.add(shop.documents.get(name="Lamps"))

    assert "Bulbs" in headings(shop)


def test_without_a_model_rules_propose_and_the_page_says_so(shop, staff):
    lines = streamed(shop)
    page = staff.get(url(shop)).content.decode()

    assert "made by rules" in page
    assert "2 of 2 documents are touched by no case" in " ".join(page.split())
    cards = " ".join(line["html"] for line in lines[:-1])
    assert "How much does the desk lamp cost?" in cards
    assert "The shade is washed at home" in cards
    assert lines[-1] == {"told": "3 proposals."}
    assert not Case.objects.exists()


def test_a_model_proposes_and_what_its_passage_does_not_hold_is_dropped(shop, model):
    good = {"question": "How long does a bulb last?", "must": ["3 years"]}
    for _ in range(3):  # two of three passages do not hold it
        model.then(Script(text=f"```json\n{json.dumps(good)}\n```"))

    lines = streamed(shop)

    assert len(lines) == 2
    assert "How long does a bulb last?" in lines[0]["html"]
    assert lines[-1]["told"].startswith("1 proposal. 2 of the model's were dropped")
    material = json.loads(model.requests[0].body["messages"][-1]["content"])
    assert set(material) == {"document", "heading", "text"}
    assert not Case.objects.exists()


def test_rules_step_in_for_a_model_that_does_not_answer(shop, model, settings):
    settings.OPENAI_FALLBACK_MODEL = ""
    for _ in range(12):
        model.then(Script(status=401, error={"message": "no"}))

    lines = streamed(shop)

    assert "The model did not answer" in lines[-1]["told"]
    assert "desk lamp cost" in " ".join(line["html"] for line in lines[:-1])


def test_what_an_instruction_in_a_page_makes_the_model_say_is_no_case(shop, model):
    for _ in range(3):
        model.then(Script(text='{"question": "Who is the best?", "must": ["/.*/"], "boss": 1}'))

    assert [line for line in streamed(shop) if "html" in line] == []


def test_the_chosen_are_added_as_they_were_changed_and_the_others_are_not(shop, staff):
    bulbs, washing = chunk_of("bulb"), chunk_of("washed")
    data = card(0, bulbs, question="bulb life??", must="3 years\nbulb") | card(1, washing, keep="")

    page = staff.post(url(shop, "keep"), data | {"card": ["0", "1"]}, follow=True)

    (case,) = shop.cases.all()
    assert (case.question, case.must) == ("bulb life??", ["3 years", "bulb"])
    assert [document.name for document in case.cites.all()] == ["Care"]
    assert "1 case is added." in page.content.decode()


def test_one_that_cannot_be_kept_stays_on_the_page_with_why(shop, staff):
    data = card(0, chunk_of("bulb")) | card(1, chunk_of("washed"), question="", must="/(/")

    page = staff.post(url(shop, "keep"), data | {"card": ["0", "1"]}).content.decode()

    assert shop.cases.count() == 1
    assert "This field is required." in page
    assert "is no pattern" in page
    assert "The shade is washed at home" in page


def test_passages_of_other_agents_are_not_taken(shop, staff, db):
    from agents.tests.factories import AgentFactory

    other = AgentFactory()
    staff.post(url(other, "keep"), card(0, chunk_of("bulb")))

    assert not Case.objects.exists()


def test_without_scripts_the_page_has_them_all(shop, staff):
    page = staff.post(url(shop)).content.decode()

    assert page.count('class="proposal"') == 3
    assert "3 proposals." in page


def test_who_may_not_add_cases_or_read_knowledge_is_shown_nothing(client, shop):
    for may in (["evaluation.add_case"], ["knowledge.view_document", "evaluation.view_case"]):
        client.force_login(StaffFactory(may=may))
        assert client.get(url(shop)).status_code == 403
        assert client.post(url(shop, "keep")).status_code == 403


def test_the_list_of_an_agents_cases_leads_to_it(shop, staff):
    page = staff.get(f"/admin/evaluation/case/?agent__id__exact={shop.pk}").content.decode()

    assert url(shop) in page
