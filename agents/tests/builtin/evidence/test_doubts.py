"""What is asked for by name, day, place or way to write has to stand in the quote, or the answer is not sure."""

from __future__ import annotations

import pytest

from agents.llm.builtin.evidence.doubts import (
    FOR_ALL,
    absent_names,
    conflict,
    first_doubt,
    lacks_telling_word,
    lacks_what_is_asked,
    lacks_what_is_counted,
    lacks_what_is_wanted,
    only_in_plural,
    other_attribute,
    other_colour,
    other_place,
    others_do_it,
)
from agents.llm.builtin.evidence.kin import other_member
from agents.llm.builtin.evidence.numbers import beyond_limit, other_model, other_number
from agents.llm.builtin.question.asks import asks_yes_or_no, has_kind, says_when, wanted_kinds
from agents.llm.builtin.question.families import says_extreme
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.request import Passage
from language.days import lacks_time_asked

HOURS = "Monday to Friday 9am to 6pm, Saturdays until 2pm. Closed on public holidays."


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("are you open on Wednesday", HOURS, False),
        ("are you open on sundays", HOURS, True),
        ("are you open on sundays", "Open daily from 9am", False),
        ("can I come at the weekend", "Monday to Friday 9 to 5", True),
        ("open on christmas day?", HOURS, False),
        ("open on christmas day?", "Monday to Friday 9 to 5", True),
        ("open on easter monday?", "Mondays from 9", True),
        ("are you open on fridays", "Good Friday to Easter Monday: 10 to 6", True),
        ("are you open on good friday", "Good Friday to Easter Monday: 10 to 6", False),
        ("is it sold in december", "Sold from May to October", True),
        ("is it sold in july", "Sold from May to October", False),
        ("is it sold in january", "November to February", False),
        ("may I bring a dog", "Dogs are welcome.", False),
    ],
)
def test_a_day_month_or_holiday_has_to_be_spoken_of(question: str, text: str, lacks: bool) -> None:
    assert lacks_time_asked(question, text) is lacks


def test_a_place_has_to_be_named() -> None:
    assert other_place("do you deliver to switzerland", "We deliver to Austria and Germany.")
    assert not other_place("do you deliver to germany?", "We deliver to Austria and Germany.")
    assert not other_place("can I pay in advance", "We take cards.")


@pytest.mark.parametrize(
    "question",
    [
        "are kids welcome?",
        "are kids allowed in the bar",
        "is a child ok",
        "are children permitted",
        "is a child seat needed",
    ],
)
def test_whether_somebody_is_welcome_asks_for_them_and_not_for_the_word(question: str) -> None:
    assert not lacks_what_is_asked(question, "Children under 3 stay free, in a child seat.", {})
    assert lacks_what_is_asked(question, "We have a car park.", {})


@pytest.mark.parametrize("text", ["10 inch – Feeds: 24 to 30", "It serves 8.", "Sleeps 15 in six rooms"])
def test_so_many_people_are_told_by_what_feeds_or_sleeps_them(text: str) -> None:
    assert not lacks_what_is_counted("how many people is it for", text)
    assert lacks_what_is_counted("how many horses is it for", text)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("can I charge my electric car", set()),
        ("where do we charge our phones", set()),
        ("what do you charge for a crown", {"money"}),
        ("what is the api rate limit", {"number"}),
        ("what are your rates", {"money"}),
        ("do you fit contact lenses", set()),
        ("how do I contact you", {"contact"}),
    ],
)
def test_a_word_that_also_asks_for_something_else_is_read_with_what_follows_it(question: str, kinds: set[str]) -> None:
    assert wanted_kinds(question) == kinds


def test_a_name_in_its_short_form_is_the_same_name() -> None:
    assert not absent_names("Do you take Amex?", "We do not take American Express.")
    assert absent_names("Do you take Revolut?", "We do not take American Express.")


def test_a_name_that_sounds_like_people_is_no_number_of_them() -> None:
    assert lacks_what_is_counted("for how many people is the Team plan", "| Team | Visits: 2 |")
    assert not lacks_what_is_counted("how many people is it for", "made for a team of 8")


def test_one_of_several_is_not_answered_with_the_others() -> None:
    table = Passage("1", "a.md", "Coolers", "| | Brook S | Brook M |\n| --- | --- | --- |\n| Price | €5 | €9 |")

    assert other_member("can I rent the brook s", "The Brook M can be rented.", [table])
    assert not other_member("can I rent the brook m", "The Brook M can be rented.", [table])
    assert not other_member("can I rent a cooler", "The Brook M can be rented.", [table])


def test_a_telephone_question_wants_a_telephone_number() -> None:
    assert wanted_kinds("what's your phone number") == {"phone"}
    assert wanted_kinds("do you have an email address") == {"email"}
    assert has_kind("phone", "Ring 0113 496 0021")
    assert has_kind("phone", "+49 (69) 555-0144")
    assert not has_kind("phone", "Write to desk@hall.example, it costs £1,250 since 2019")
    assert has_kind("email", "Write to desk@hall.example")


def test_a_thing_that_is_wanted_has_to_be_said() -> None:
    assert lacks_what_is_asked("do you rent scooters", "We rent bikes.", {"scooters": 0.5})
    assert lacks_what_is_asked("is there a keyboard shortcut to approve it", "Approve it from chat.", {})
    assert not lacks_what_is_asked("do you rent bikes?", "Bikes for rent.", {})
    assert not lacks_what_is_asked("do you have an email address", "Write to a@b.example.", {})


@pytest.mark.parametrize("question", ["is there a single bunk and what does it cost", "do you have a heated pool?"])
def test_a_thing_of_another_sort_is_not_the_one_asked_for(question: str) -> None:
    assert lacks_what_is_asked(question, "Six bunks, €30 a night. The pool is 25 m long.", {})


def test_a_thing_of_the_sort_asked_for_is_there() -> None:
    assert not lacks_what_is_asked("do you have a heated pool?", "The heated pool is 25 m long.", {})


@pytest.mark.parametrize("question", ["emergency number", "what is your office number", "contact number?"])
def test_a_number_to_call_is_a_telephone_number(question: str) -> None:
    assert "phone" in wanted_kinds(question)


def test_a_telling_word_has_to_stand_in_the_passage_or_be_near() -> None:
    asked = AskedQuestion.of("do you ship tarpaulins?", "do you ship tarpaulins?", None)

    assert lacks_telling_word(asked, "We ship ropes within two days.", {"tarpaulins": 0.3})
    assert not lacks_telling_word(asked, "We ship ropes within two days.", {"tarpaulins": 0.7})
    assert not lacks_telling_word(asked, "A tarpaulin ships within two days.", {})


HOMES = "| Two bedrooms | £640 |\n| Three bedrooms | £930 |\n| Four bedrooms | £1,350 |"


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("what does a five bedroom house cost", HOMES, True),
        ("what does a 4 bedroom house cost", HOMES, False),
        ("a party for 9 children", "For 6 children or for 8 children.", False),
        ("how much are 5 lessons", "Ten lessons cost €350, twenty lessons €600.", True),
        ("how much are 5 lessons", "Four to ten lessons cost €35 each, twenty lessons €600.", False),
        ("is 3 weeks possible", "2 weeks or 4 weeks", False),
    ],
)
def test_so_many_of_a_thing_are_not_answered_with_another_number(question: str, text: str, is_other: bool) -> None:
    assert other_number(question, text) is is_other


PLANS = "| Nest 40 | Nest 80 |\n| £12 | £19 |\nEmail in 24 hours."


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("how much is nest 60", PLANS, True),
        ("how much is the Nest 80?", PLANS, False),
        ("does it fit a Marlow 7", "Made for the Marlow 5. Spare parts for 7 years.", True),
        ("does it fit a Marlow 7", "Made for the Marlow 5 to 9.", False),
        ("does it run on windows 11", "It runs on Windows 10 or later.", False),
        ("is there a discount over 65", "Free over 60.", False),
        ("are you open on july 14", "The garden opens on July 3.", False),
        ("can we come at 5pm with group 3", "Group 4 meets at 5pm.", True),
    ],
)
def test_a_thing_named_by_its_number_is_not_answered_with_another_one(question: str, text: str, is_other: bool) -> None:
    assert other_model(question, text) is is_other


def test_a_price_for_less_is_none_for_more() -> None:
    limited = "What customers paid, for moves of up to 25 miles: £930"

    assert beyond_limit("how much is a move of 200 miles", limited)
    assert not beyond_limit("how much is a move of 20 miles", limited)
    assert not beyond_limit("can you move me 200 miles", limited)


@pytest.mark.parametrize(
    ("question", "text", "is_theirs"),
    [
        ("can I visit the garden in Taiwan with you", "We buy from gardens in Taiwan, and visit each of them.", True),
        ("can I visit the garden", "We buy from gardens in Taiwan. You can visit each of them.", False),
        ("can I pay by card", "We take cards and cash.", False),
        ("do you visit the gardens", "We visit each garden.", False),
    ],
)
def test_what_the_company_does_is_not_what_a_visitor_may(question: str, text: str, is_theirs: bool) -> None:
    assert others_do_it(question, text) is is_theirs


def test_another_colour_is_no_answer() -> None:
    assert other_colour("does the flask come in red", "In black or sage green.")
    assert not other_colour("does the flask come in black", "In black or sage green.")


def test_a_plural_is_only_another_thing_where_the_word_says_which() -> None:
    assert only_in_plural("is there a single room", "Two singles share a bathroom.")
    assert not only_in_plural("do gift cards expire", "Gift cards never expire.")
    assert not only_in_plural("is piano storage ok", "Pianos are better kept elsewhere.")


@pytest.mark.parametrize(
    ("question", "text", "is_other"),
    [
        ("how long does a repair take", "Guarantee on repairs: three months", True),
        ("how long is the guarantee", "Guarantee on repairs: three months", False),
        ("how much is the flat", "A deposit of €150 is paid on arrival", True),
        ("how much deposit do you take", "A deposit of €150 is paid on arrival", False),
        ("do you repair bikes", "Guarantee on repairs: three months", False),
    ],
)
def test_a_guarantee_or_a_deposit_is_no_time_or_price_of_something_else(
    question: str, text: str, is_other: bool
) -> None:
    assert other_attribute(question, text) is is_other


def test_in_charge_asks_for_a_person_and_not_for_a_price() -> None:
    assert wanted_kinds("who is in charge of the workshop") == {"who"}
    assert has_kind("who", "Lead: Gwil")
    assert not has_kind("who", "Closed: Monday")


@pytest.mark.parametrize(
    "question", ["do you have any discounts", "do you have discounts", "have you got some discounts?"]
)
def test_the_thing_wanted_is_read_behind_any_article(question: str) -> None:
    assert not lacks_what_is_wanted(question, "Discounts do not stack.", {})
    assert lacks_what_is_wanted(question, "Prices are in euros.", {})


def test_a_price_for_one_country_is_none_for_another() -> None:
    question = AskedQuestion.of("what does a disk cost to australia", "what does a disk cost to australia", None)

    assert first_doubt(question, "A disk is $180 within the EU and the US.", FOR_ALL) == "country"
    assert first_doubt(question, "A disk is $180, wherever it goes abroad.", FOR_ALL) is None


@pytest.mark.parametrize(
    ("question", "text", "says"),
    [
        ("what are your support hours", "Severity 1: 8 hours", False),
        ("what are your support hours", "Monday to Friday", True),
        ("when is the next course", "You have climbed for at least three months.", False),
        ("when is the next course", "On 6 and 13 March", True),
        ("when do I get my money", "We send it back within 14 days.", True),
        ("what time does it start", "Doors at 19:30", True),
    ],
)
def test_a_length_of_time_does_not_say_when(question: str, text: str, says: bool) -> None:
    assert says_when(question, text) is says


@pytest.mark.parametrize(
    ("question", "quoted", "is_opposite"),
    [
        ("what time can we check in", "Checkout: by 10:30", True),
        ("when is check-out", "Checking in from 15:00", True),
        ("when is check-out", "Check out by 10:30", False),
        ("how do I log out", "Log in with your mail address", True),
        ("when is arrival", "Departure is at 11:00", True),
    ],
)
def test_going_in_is_the_opposite_of_going_out(question: str, quoted: str, is_opposite: bool) -> None:
    assert conflict(question, quoted) is is_opposite


def test_a_condition_is_no_extreme() -> None:
    assert not says_extreme("It takes effect only when the storage fits.")
    assert says_extreme("Windows only.")


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("The smallest furniture order is £120 without a tent.", False),
        ("The smallest tent seats 20.", True),
        ("Our smallest is the Ridge.", True),
        ("The smallest of them seats 20.", True),
    ],
)
def test_the_smallest_of_other_things_is_not_the_smallest_asked_for(text: str, is_said: bool) -> None:
    assert says_extreme(text, ("tent",)) is is_said


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Can we stay one night in July?", []),
        ("do you serve breakfast on Sundays", []),
        ("are you closed at Christmas", []),
        ("do you ship to the USA?", []),  # whether the text speaks of it is another doubt's question
        ("do you do a Sunday Roast", ["roast"]),
        ("does it work with Zapier in July", ["zapier"]),
    ],
)
def test_days_months_and_countries_are_no_names_of_things(question: str, absent: list[str]) -> None:
    assert absent_names(question, "Two nights from June to August, breakfast daily.") == absent


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("can I bring my dog in", "Dogs may sit with you in the bar.", False),
        ("can I bring my cat", "Dogs may sit with you in the bar.", True),
        ("do you have gluten free cakes", "We bake two cakes without gluten.", False),
        ("do you have gluten free cakes", "We bake cakes with gluten.", True),
        ("what is your address", "Vaartkom 31, 3000 Leuven", False),
        ("which guarantee is there", "Vaartkom 31, 3000 Leuven", True),
    ],
)
def test_a_thing_is_there_in_other_words(question: str, text: str, lacks: bool) -> None:
    assert lacks_what_is_asked(question, text, {}) is lacks


@pytest.mark.parametrize(
    ("question", "is_yes_or_no"),
    [
        ("can I undo it when the month is closed", True),
        ("do I get the deposit back", True),
        ("can you tell me what it costs", False),
        ("are you open on Sunday", False),
        ("when can I undo it", False),
    ],
)
def test_a_condition_is_not_what_is_asked_for(question: str, is_yes_or_no: bool) -> None:
    assert asks_yes_or_no(question) is is_yes_or_no
