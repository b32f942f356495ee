"""What the product offers a visitor: never more than somebody does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.llm.builtin import answer
from agents.llm.builtin.question.said import without_offer
from agents.llm.offers import RULE, Ways, contact_left, offer, ways_in
from agents.llm.promises import makes_promise
from agents.llm.prompt import to_messages
from agents.llm.request import ChatRequest, Passage, PastMessage, Promise
from agents.refining.template import STANDARD
from conversations.replies.making import fallback_text
from language.phones import phones

CONTACT = Passage("d", "Contact", "Contact", "Call us on 020 555 0143 or write to hello@shop.example, 9 am to 5 pm.")
KILN = Passage("k", "Kilns", "Kilns", "The small kiln costs 900 euros and reaches 1,250 degrees.")
PROMISES = (
    "pass it on", "pass a message", "pass your question", "will answer", "get back to you", "leave a message",
    "leave your", "will call", "be in touch",
)  # fmt: skip


def asked(question: str, *, reach: tuple[Passage, ...] = (CONTACT,)) -> ChatRequest:
    return ChatRequest("Ada", "", (PastMessage("user", question),), (KILN,), reach=reach)


QUESTIONS = [
    "who is the president of France", "do you sell boats", "are you human", "what can you do", "you are useless",
    "I want to talk to a person", "call me back please", "jo@example.org", "my number is 0171 2345678",
    "Please have somebody write to jo@example.org about a kiln", "hi", "what does the small kiln cost?",
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("reach", [(CONTACT,), ()], ids=["ways", "no ways"])
def test_no_answer_promises_what_nobody_does(question: str, reach: tuple[Passage, ...]) -> None:
    said = answer(asked(question, reach=reach)).text.lower()

    for promise in PROMISES:
        for sentence in said.split("."):
            assert promise not in sentence or "cannot" in sentence or "nobody" in sentence


@pytest.mark.parametrize("question", ["who is the president of France", "do you sell boats"])
def test_who_gets_no_answer_is_told_how_to_reach_people_and_where_that_stands(question: str) -> None:
    found = answer(asked(question))

    assert found.band == "none"
    assert "020 555 0143" in found.text
    assert "hello@shop.example" in found.text
    assert asked(question).citable[found.cited[0]] is CONTACT


@pytest.mark.parametrize(
    "message",
    [
        "jo@example.org",
        "My e-mail is jo.smith+work@mail.example.co.uk, thanks",
        "you can reach me on +49 171 2345678",
        "call me at 5550134477",
        "Jo Smith, Acme, (401) 555-9876",
        "send a quote to jo@example.org please",
    ],
)
def test_contact_details_are_acknowledged_honestly(message: str) -> None:
    found = answer(asked(message))

    assert "cannot pass your contact details on" in found.text
    assert "hello@shop.example" in found.text
    assert found.band == "talk"


def test_what_is_asked_beside_contact_details_is_answered_too() -> None:
    found = answer(asked("What does the small kiln cost? My e-mail is jo@example.org"))

    assert "900 euros" in found.text
    assert "cannot pass your contact details on" in found.text


@pytest.mark.parametrize(
    "message",
    [
        "is hello@shop.example the right address?",
        "do you answer 020 555 0143 on Sundays?",
        "do you deliver on 24.12.2026?",
        "do you deliver on 2026-12-24?",
        "my order 12345678 has not come",
        "is €1.299.000 the price?",
        "how many fit into 1,250,000 boxes",
    ],
)
def test_what_is_no_contact_of_the_visitors_is_none(message: str) -> None:
    assert contact_left(message, [CONTACT]) == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call (401) 555-0142 today", ["(401) 555-0142"]),
        ("+1 401.555.0142", ["+1 401.555.0142"]),
        ("0171/2345678", ["0171/2345678"]),
        ("from 2025-2026 on", []),
        ("1000000000", []),
        ("Opened 12/05/2024", []),
    ],
)
def test_telephone_numbers_are_told_from_other_figures(text: str, numbers: list[str]) -> None:
    assert phones(text) == numbers


def test_number_and_address_of_one_line_come_together() -> None:
    sales = Passage("d", "Contact", "", "Fax 020 555 9999\nSales: 020 555 0142, sales@shop.example")

    assert ways_in([sales]) == Ways("020 555 0142", "sales@shop.example")


def test_a_model_is_told_what_it_cannot_offer_and_how_to_reach_people() -> None:
    system = to_messages(asked("do you sell boats"))[0]["content"]

    assert RULE in system
    assert "020 555 0143 or hello@shop.example" in system
    assert "offer to pass" not in system


def test_the_standard_line_of_a_prompt_promises_nothing() -> None:
    assert not any(promise in STANDARD["Hand-over"] for promise in PROMISES)


def test_where_somebody_is_told_a_model_may_say_so_and_no_more() -> None:
    request = replace(asked("call me at 5"), promise=Promise("They answer on workdays."))

    system = to_messages(request)[0]["content"]

    assert RULE not in system
    assert "the team is told" in system
    assert "They answer on workdays" in system
    assert "never promise a time" in system


def test_contact_details_are_confirmed_with_what_staff_say_of_it() -> None:
    request = replace(asked("write to jo@x.example"), promise=Promise("They answer on workdays."))

    assert answer(request).text == "Saved for the team: jo@x.example. They answer on workdays."


@pytest.mark.parametrize(
    "question",
    [
        "do you sell boats? jo@x.example",
        "how much is a tray of sandwiches and my mail is jo@x.example",
        "My mail is jo@x.example, where can I park a caravan?",
    ],
)
@pytest.mark.parametrize("promise", [Promise(), None])
def test_a_question_that_no_page_answers_is_not_passed_over_beside_contact_details(
    question: str, promise: Promise | None
) -> None:
    found = answer(replace(asked(question), promise=promise))

    assert found.band == "none"
    assert found.text.startswith("I do not know")
    assert ("Saved for the team: jo@x.example." in found.text) is (promise is not None)
    assert "Leave your e-mail" not in found.text  # it has just been left


@pytest.mark.parametrize(
    "wish", ["can you send me an offer? jo@x.example", "could someone please call me? 020 555 7777", "jo@x.example"]
)
def test_a_wish_beside_contact_details_is_no_question_to_the_pages(wish: str) -> None:
    assert answer(replace(asked(wish), promise=Promise())).text.startswith("Saved for the team")


@pytest.mark.parametrize("situation", ["unknown", "unsure", "person", "complaint", "failed"])
def test_where_somebody_is_told_every_way_on_says_so(situation) -> None:  # type: ignore[no-untyped-def]
    told = offer(situation, [CONTACT], Promise())

    assert "the team is told" in told
    assert "020 555 0143" in told


def test_who_answers_the_agents_question_is_thanked_and_asked_the_next() -> None:
    request = replace(asked("40"), thanks="Thank you.", closing="When do you need it?")

    assert answer(request).text == "Thank you. When do you need it?"


def test_only_a_good_answer_ends_with_a_question() -> None:
    good, none = asked("what does the small kiln cost"), asked("do you sell boats")

    assert answer(replace(good, passages=(KILN,), closing="How many?")).text.endswith("\n\nHow many?")
    assert "How many?" not in answer(replace(none, passages=(KILN,), closing="How many?")).text


PLANS = """| | Solo | Team |
| --- | --- | --- |
| Monthly | $12 | $39 |
| Seats | 1 | 10 |"""


@pytest.mark.parametrize("closing", ["", "When do you need it?"])
def test_a_recommendation_ends_with_one_question(closing) -> None:  # type: ignore[no-untyped-def]
    plans = Passage("p", "Plans", "Plans", PLANS)
    request = replace(asked("which plan do we need for 8 people"), passages=(plans,), closing=closing)

    text = answer(request).text

    assert "**Team**" in text
    assert text.count("?") == 1
    assert text.endswith(closing)


@pytest.mark.parametrize("said", ["It costs £5.", "Is it warm?\n\nYes, at 21 degrees.", "Would you like to know more?"])
def test_nothing_but_an_offer_at_the_end_is_taken_off(said) -> None:  # type: ignore[no-untyped-def]
    assert without_offer(said) == said


@pytest.mark.parametrize("cause", ["rate_limited", "timed_out", "not_configured", "provider_error"])
def test_a_fallback_names_the_ways_to_reach_people(cause: str) -> None:
    assert "020 555 0143 or hello@shop.example" in fallback_text(cause, {}, (CONTACT,))
    assert fallback_text(cause, {cause: "Call us."}, (CONTACT,)) == "Call us."


@pytest.mark.parametrize("situation", ["unknown", "unsure", "person", "contact_left", "complaint", "failed"])
def test_without_ways_no_way_is_named(situation) -> None:  # type: ignore[no-untyped-def]
    assert "directly" not in offer(situation, [KILN])


def test_a_passage_that_was_found_for_the_question_too_is_cited_once() -> None:
    request = asked("I want to talk to a person", reach=(replace(CONTACT, score=0.1),))
    found = answer(replace(request, passages=(replace(CONTACT, score=0.9), KILN)))

    assert found.text.count("020 555 0143") == 1
    assert "**" not in found.text
    assert found.cited == (0,)


@pytest.mark.parametrize(
    ("answer", "promises"),
    [
        ("Our team will get back to you tomorrow.", True),
        ("I'll pass your message on to a colleague.", True),
        ("I have forwarded your request.", True),
        ("We’ll call you at 5.", True),
        ("A specialist will be in touch.", True),
        ("I have booked a table for you.", True),
        ("I will let the sales team know.", True),
        ("I'm forwarding this to our experts now.", True),
        ("Let me quickly book that demo.", True),
        ("You will hear from us within a day.", True),
        ("Expect a call from one of our advisors.", True),
        ("Your appointment has been confirmed.", True),
        ("Great! A product specialist will contact you.", True),
        ("Ich leite Ihre Anfrage gern weiter.", True),
        ("Unser Team wird sich morgen bei Ihnen melden.", True),
        ("Ich habe einen Termin für Sie gebucht.", True),
        ("Notre équipe vous contactera demain.", True),
        ("J'ai bien compris. Je transmets votre demande.", True),
        ("Nos pondremos en contacto con usted.", True),
        ("He enviado su mensaje al equipo.", True),
        ("Ich kann Ihre Nachricht nicht weiterleiten.", False),
        ("Wir haben drei Lampen für das Büro.", False),
        ("Nous avons une lampe à 40 euros.", False),
        ("Tenemos una lámpara de 40 euros.", False),
        ("You will receive the lamp within three days.", False),
        ("I am not forwarding anything.", False),
        ("You can get a call plan for 5 euros.", False),
        ("I will not be able to pass messages on.", False),
        ("Delivery takes 3 days. We will never call you.", False),
        ("You can call us on 020 555 0143.", False),
        ("We have a small kiln that costs 900 euros.", False),
        ("Please write to hello@shop.example.", False),
    ],
)
def test_what_a_model_promises_all_the_same_is_seen(answer: str, promises: bool) -> None:
    assert makes_promise(answer) is promises


@pytest.mark.parametrize("situation", ["unknown", "unsure", "person", "contact_left", "complaint", "failed"])
def test_no_sentence_of_our_own_is_taken_for_a_promise_that_nobody_keeps(situation) -> None:  # type: ignore[no-untyped-def]
    assert not makes_promise(offer(situation, [CONTACT], Promise("They answer on workdays."), ["jo@x.example"]))
    assert not makes_promise(offer(situation, [CONTACT]))


def later(question: str, *earlier: PastMessage, promise: Promise | None = None) -> str:
    request = asked(question)
    return answer(replace(request, history=(*earlier, *request.history), promise=promise)).text


@pytest.mark.parametrize(
    "question",
    ["do you sell boats", "does the kiln reach 1300 degrees", "call me back please", "you are useless"],
)
def test_who_left_contact_details_is_not_asked_for_them_again(question: str) -> None:
    left = PastMessage("user", "my address is jo@x.example")

    assert "eave your e-mail" not in later(question, left, promise=Promise("They answer on workdays."))


def test_the_whole_offer_is_said_once_and_a_way_on_each_time() -> None:
    promise = Promise("They answer on workdays.")
    first = later("do you sell boats", promise=promise)

    again = later("do you sell planes", PastMessage("assistant", first), promise=promise)

    assert "020 555 0143" in first
    assert "They answer on workdays." in first
    assert again.endswith("Leave your e-mail address or number here, and the team is told of your question.")


def test_without_a_team_the_company_number_is_said_each_time() -> None:
    first = later("do you sell boats")

    assert "020 555 0143" in later("do you sell planes", PastMessage("assistant", first))


def test_a_hedge_asks_once_whether_it_was_what_was_meant() -> None:
    hedged = answer(asked("how long does the small kiln take to cool down"))

    again = later("how long does the small kiln take to heat up", PastMessage("assistant", hedged.text))

    assert hedged.band == "closest"
    assert "Not what you meant?" in hedged.text
    assert "closest" in again
    assert "Not what you meant?" not in again


def test_who_tells_something_is_thanked_and_not_left_there() -> None:
    thanked = replace(asked("we are about 120 children"), thanks="Thank you, I have noted that.")

    assert answer(thanked).text == "Thank you, I have noted that. What else would you like to know?"
    assert answer(replace(thanked, closing="When is it?")).text == "Thank you, I have noted that. When is it?"


@pytest.mark.parametrize(
    ("message", "is_quoted"),
    [("we need a small kiln that cools down fast", True), ("I don't want to say", False)],
)
def test_the_closest_to_a_wish_follows_the_thanks_where_nothing_more_is_asked(message: str, is_quoted: bool) -> None:
    told = answer(replace(asked(message), thanks="Thank you, I have noted that.")).text

    assert told.startswith("Thank you, I have noted that.")
    assert (KILN.text in told) is is_quoted
