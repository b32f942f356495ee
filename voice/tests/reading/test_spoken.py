"""What is said of an answer's Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.effort import within_effort
from voice.reading.normalise import GROWTH_SPARE, MAX_GROWTH, MAX_PRONUNCIATIONS, SpokenAs, speakable

ANSWERS = [
    # Prices and plans
    ("Our **Pro** plan is [$49/mo](https://example.com/p) – billed yearly.",
     "Our Pro plan is 49 dollars per month — billed yearly."),
    ("It starts at $29/user/month, or €1,299.50 / year.",
     "It starts at 29 dollars per user per month, or 1,299 euros and 50 cents per year."),
    ("~~$99~~ **$49** this week only!", "49 dollars this week only!"),
    ("From 100€, 20 €, 50 EUR, 49,99 € or 1.299,00 €.",
     "From 100 euros, 20 euros, 50 euros, 49 euros and 99 cents or 1,299 euros."),
    ("You save 10-15%, that is $10–$20.", "You save 10 to 15%, that is 10 to 20 dollars."),
    ("US$50 is ~£40", "50 US dollars is about 40 pounds"),
    ("**Basic:** $10\n**Pro:** $20", "Basic: 10 dollars. Pro: 20 dollars"),
    ("## Plans\n\n- **Basic**: $10\n- **Pro**: $20 😀\n  - with support",
     "Plans. Basic: 10 dollars. Pro: 20 dollars. with support."),
    ("| Plan | Price |\n|---|---:|\n| Basic | $10/mo |\n| Pro | |", "Plan, Price. Basic, 10 dollars per month. Pro."),
    ("1. Open settings\n2. Press **Save**", "1: Open settings. 2: Press Save."),
    # Figures
    ("Delivery takes 3–5 days, Mon–Fri, 10am–6pm.", "Delivery takes 3 to 5 days, Monday to Friday, 10 AM to 6 PM."),
    ("We are here 24/7 for 10k users & 4.8/5 stars.",
     "We are here twenty-four seven for 10 thousand users and 4.8 out of 5 stars."),
    ("85 m² flat, 250 g, 24h, 12 V, 5 kWh at 20°C",
     "85 square metres flat, 250 grams, 24 hours, 12 volts, 5 kilowatt hours at 20 degrees Celsius"),
    ("2x faster, v2.0, ≥ 5 seats, 1½ hours, No. 7, #42",
     "2 times faster, version 2 point 0, at least 5 seats, 1 and a half hours, number 7, number 42"),
    ("Ordered 2026-11-21, item AB-12-34, code 555-1234.",
     "Ordered November 21, 2026, item A-B, 12, 34, code 5 5 5, 1 2 3 4."),
    ("Call +1 555 123 4567 or (555) 123-4567.", "Call plus 1, 5 5 5, 1 2 3, 4 5 6 7 or 5 5 5, 1 2 3, 4 5 6 7."),
    ("50 000 €, or 50\u202f000 lamps", "50,000 euros, or 50,000 lamps"),
    ("Available e.g. in red, incl. VAT.", "Available for example in red, including VAT."),
    ("Yes and/or no, his/her, A/B test", "Yes and/or no, his/her, A/B test"),
    ("R&D, AT&T & co", "R and D, AT and T and co"),
    # Addresses
    ("See https://www.example.com/pricing?x=1.", "See example dot com."),
    ("See www.my-shop.co.uk (or example.com/a_(b)), now.", "See my dash shop dot co dot uk (or example dot com), now."),
    ("Write to sales.team@example.com!", "Write to sales dot team at example dot com!"),
    ("<https://example.com> and [https://example.com](https://example.com)", "example dot com and example dot com"),
    ("Runs on Node.js 20.1, e.g. on your server.", "Runs on Node.js 20.1, for example on your server."),
    # What nobody wants to hear
    ("It ships today [1][^2], he says 【3†source】 [4](https://example.com).", "It ships today, he says."),
    ("As measured.¹ It is fast² too.", "As measured. It is fast too."),
    ("Great 👍🏽 choice ✅ 1️⃣ ™!", "Great choice 1!"),
    ("![Our lamp](lamp.png) and ![](x.png)", "Our lamp and"),
    ("<b>Bold</b> <script>alert(1)</script>move<br>", "Bold move"),
    ("<div>Some <i>block</i> &amp; more</div>", "Some block and more"),
    ("line<br>line", "line, line"),
    ("Mon 9–5<br>Tue 9–5<br/>Wed", "Monday 9 to 5. Tuesday 9 to 5. Wed"),
    ("One  \ntwo  \nThree", "One, two. Three"),
    ("<p>One</p><p>Two</p>", "One. Two"),
    ("| A | B |\n|---|---|\n| x<br>y | z |", "A, B. x, y, z."),
    ("- [ ] Open\n- [x] Done", "Open. Done."),
    ("Use `pip install` now", "Use pip install now"),
    ("Settings → Billing -> Plan", "Settings, Billing, Plan"),
    ("“Smart” ‘quotes’, don’t", "\"Smart\" 'quotes', don't"),
    ("Sooooooooo good!!!!!!!! 1000000", "Sooo good! 1000000"),
    ("[x](/həˈlo/) and \\[y\\](/z/)", "x and y (/z/)"),
    ("snake_case and __init__ **unclosed", "snake case and init unclosed"),
    # A clause is often a piece of a sentence
    ("Our most popular plan,", "Our most popular plan,"),
    ("- It is quick, and", "It is quick, and."),
    ("-5°C is fine, and .5 too", "minus 5 degrees Celsius is fine, and 0.5 too"),
    ("> We love it.\n> — A customer", "We love it. — A customer"),
    ("Grüße, 你好。 Привет!", "Grüße, 你好。 Привет!"),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "expected"), ANSWERS)
def test_an_answer_is_read_as_a_person_would(markdown: str, expected: str):
    assert speakable(markdown) == expected


@pytest.mark.parametrize(
    "markdown",
    ["", " \n", "...", "😀", "---", "* * *", "```python\nprint(1)\n```", "![](a.png)", "**", "~~no~~", "<br>"],
)
def test_where_there_is_nothing_to_say_nothing_is_said(markdown: str):
    assert speakable(markdown) == ""


def test_a_token_that_is_no_word_is_cut():
    assert speakable("Key: " + "aZ9" * 100 + " ok") == "Key: " + ("aZ9" * 100)[:40] + " ok"


def test_words_are_added_for_english_only():
    markdown = "100 % & 3–5 Tage, https://www.beispiel.de/preise, info@beispiel.de"

    assert speakable(markdown, language="de") == "100 % & 3–5 Tage, beispiel.de, info@beispiel.de"
    assert speakable("example.com", language="en-GB") == "example dot com"


def test_pronunciations_are_whole_words_in_any_case():
    said = [SpokenAs("Acme", "Ack-mee"), SpokenAs("SQL Server", "sequel server")]

    text = "ACME's acmes use Acme SQL  server. Ask sales@acme.com."

    assert speakable(text, said) == "Ack-mee's acmes use Ack-mee sequel server. Ask sales at Ack-mee dot com."


def test_pronunciations_may_have_signs_and_are_not_replaced_again():
    said = [SpokenAs("C++", "see plus plus"), SpokenAs("AT&T", "A, T and T"), SpokenAs("plus", "and")]

    assert speakable("C++ plus AT&T", said) == "see plus plus and A, T and T"


@pytest.mark.parametrize("spoken", [r"\1 \g<0>", "$49/mo", "line\nbreak", "\ue000"])
def test_a_pronunciation_is_said_as_it_stands(spoken: str):
    said = speakable("Say word now", [SpokenAs("word", spoken), SpokenAs("", "x")])

    assert said == " ".join(f"Say {spoken} now".replace("\ue000", "").split())


def test_what_a_voice_would_take_for_phonemes_is_none():
    assert not set("[]") & set(speakable("[a](/b/) [[c]] [d]: e [f] \\[g\\]"))


@pytest.mark.parametrize(
    "bad",
    ["1", "1,1", "a.", "a@", "[", "*a ", "1 ", "+1 ", "1/mo", "http://", "-1", "<a ", "(1", "`", "> ", "![", "1.000"],
)
def test_no_text_takes_long(bad: str):
    within_effort(5, lambda: speakable(bad * (20_000 // len(bad))))


PIECES = st.sampled_from(
    ["m²", "1", "5 ", "&", "±3", "/mo", "≥", "~", "-", "–", "@", "a", ".", "com", " ", "€", "\n", "|", "[", "]", "(",
     ")", "**", "http://", "½", "v", "x", "k", "%", "#1", "<b>", "- ", "e\u0301", "\ud800", "\ue000", "😀", "_", "`",
     "w/", "M", "+1 555 123 4567", "Mon–Fri", "24/7", "e.g.", "\x00"]
)  # fmt: skip


@settings(deadline=None)
@given(
    markdown=st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)),
    language=st.sampled_from(["en", "de"]),
)
def test_any_text_becomes_one_line_of_bounded_length(markdown: str, language: str):
    said = speakable(markdown, language=language)

    assert said == " ".join(said.split())
    assert len(said) <= MAX_GROWTH * len(markdown) + GROWTH_SPARE
    assert said == "" or any(map(str.isalnum, said))
    said.encode()


@settings(deadline=None)
@given(
    markdown=st.text(max_size=100),
    said=st.lists(st.builds(SpokenAs, st.text(max_size=5), st.text(max_size=8)), max_size=MAX_PRONUNCIATIONS + 9),
)
def test_no_pronunciation_breaks_a_text(markdown: str, said: list[SpokenAs]):
    assert isinstance(speakable(markdown, said), str)
