"""The words for visitors: whole in each language, safe to put into a page, and compiled as they are written."""

from __future__ import annotations

import gettext
import io
import re

import pytest
from django.conf import settings
from django.utils import translation

from agents.llm.builtin.question.said import asks_visitor
from agents.llm.builtin.question.smalltalk import talk_text
from agents.llm.builtin.shapes import capacity
from agents.llm.offers import offer
from inbox.wishes import wants_person
from salesagent.management.commands import messages

OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
EACH = pytest.mark.parametrize("language", OTHERS)
PLACES = re.compile(r"%\(\w+\)[sd]|%%|%s|\{\w+\}|</?\w+[^>]*>|\*\*")


@pytest.fixture(scope="module")
def updated():
    return messages.updated()


@EACH
def test_every_sentence_for_visitors_is_translated(updated, language):
    missing = [message.id for message in updated[language] if message.id and not messages.is_translated(message)]

    assert not missing, "translate these in locale/, after `make messages`"


@EACH
def test_the_catalogue_is_what_the_code_says_now(updated, language):
    assert messages.as_po(updated[language]) == messages.catalogue_path(language).read_bytes(), "run `make messages`"


@EACH
def test_what_is_compiled_is_what_is_written(language):
    written = {(message.context, message.id): message.string for message in messages.stored(language) if message.id}
    compiled = gettext.GNUTranslations(io.BytesIO(messages.catalogue_path(language).with_suffix(".mo").read_bytes()))

    for (context, text), told in written.items():
        assert context is None
        if isinstance(text, tuple):
            assert (compiled.ngettext(*text, 1), compiled.ngettext(*text, 7)) == tuple(told)
        else:
            assert compiled.gettext(text) == told


@EACH
def test_places_that_are_filled_in_are_those_of_the_english_sentence(language):
    for message in messages.stored(language):
        if not message.id:
            continue
        texts = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        for each in told:
            assert sorted(PLACES.findall(each)) == sorted(PLACES.findall(texts[-1])), each


@EACH
def test_no_translation_breaks_the_attribute_that_it_stands_in(language):
    """`{% translate %}` in a template does not escape: the sentence counts as part of the template."""
    for message in messages.stored(language):
        for each in message.string if isinstance(message.string, tuple) else (message.string,):
            if message.id and '"' not in str(message.id):
                assert not set(each) & set('"\t'), each
                assert ("&" in each) == ("&" in str(message.id)), each
                assert each == each.strip() or str(message.id) != str(message.id).strip(), each


@EACH
def test_each_language_has_two_forms_for_numbers(language):
    assert messages.stored(language).num_plurals == 2


@EACH
def test_an_offer_of_the_built_in_agent_is_no_question_to_the_visitor(language):
    """Else "40" behind it would be taken for an answer."""
    with translation.override(language):
        said = [talk_text(talk, "Ada") for talk in ("greeting", "how_are_you", "thanks", "ok", "praise", "complaint")]
        said += [offer(situation, ()) for situation in ("unsure", "unknown", "person")]
        said.append(f"Das Modell B.\n\n{capacity.next_step('B')}")

    assert not [text for text in said if asks_visitor(text)]


@EACH
def test_the_button_for_a_person_says_what_is_understood(language):
    with translation.override(language):
        assert wants_person(translation.gettext("I would like to talk to a person."))
