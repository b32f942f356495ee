"""Says in plain words which field of a request is wrong, and how to correct it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agents.schemas import COLOUR, HOST, SLUG
from conversations.rest.document import ID_TEXT
from conversations.rest.sse import EVENT_ID
from knowledge.websites.adding import ADDRESS
from leads.rest.schemas import KEY
from lib.rest import cursors
from lib.rest.fields import ANY_TEXT, SOME_TEXT
from voice.settings_api import LANGUAGE


def sentence(error: dict[str, Any]) -> str:
    """A sentence for one error of pydantic, such as "name: may have at most 100 characters." """
    source, *place = error["loc"]
    if source == "body":
        place = place[1:]  # the handler's own name for the body
    field = ".".join(str(part) for part in place)
    return f"{field}: {_words(error)}" if field else _("The body: %(words)s") % {"words": _words(error)}


def _words(error: dict[str, Any]) -> str:
    limits = error.get("ctx", {})
    if error["type"] == "string_too_short" and limits["min_length"] == 1:
        return _("must not be empty.")
    if error["type"] == "string_pattern_mismatch":
        return _of_pattern(limits["pattern"])
    plain = {
        "missing": _("is required."),
        "string_type": _("must be text."),
        "string_unicode": _("must be text without broken characters."),
        "int_type": _("must be a whole number."),
        "int_parsing": _("must be a whole number."),
        "int_from_float": _("must be a whole number."),
        "int_parsing_size": _("is too large a number."),
        "float_type": _("must be a number."),
        "float_parsing": _("must be a number."),
        "finite_number": _("must be a finite number."),
        "bool_type": _("must be true or false."),
        "bool_parsing": _("must be true or false."),
        "list_type": _("must be a list."),
        "model_type": _("must be a JSON object."),
        "model_attributes_type": _("must be a JSON object."),
        "dict_type": _("must be a JSON object."),
        "uuid_type": _("must be an id (a UUID)."),
        "uuid_parsing": _("must be an id (a UUID)."),
        "string_too_short": _("must have at least %(min_length)s characters."),
        "string_too_long": _("may have at most %(max_length)s characters."),
        "too_short": _("must have at least %(min_length)s entries."),
        "too_long": _("may have at most %(max_length)s entries."),
        "greater_than_equal": _("must be at least %(ge)s."),
        "less_than_equal": _("may be at most %(le)s."),
        "literal_error": _("must be one of: %(expected)s."),
        "enum": _("must be one of: %(expected)s."),
        "value_error": "%(error)s",
    }
    words = plain.get(error["type"])
    return words % limits if words else f"{error['msg']}."


def _of_pattern(pattern: str) -> str:
    if pattern == SOME_TEXT:
        return _("must hold some text, and no null byte.")
    if pattern == ANY_TEXT:
        return _("must not hold a null byte.")
    known = {
        cursors.PATTERN: _("is no cursor that was given out here; leave it out to begin anew."),
        ADDRESS: _("must be the address of a page on a named host, for example https://www.example.com/prices."),
        HOST: _("must be a site without a path, for example https://shop.example or https://*.example.com."),
        SLUG: _("may have letters, digits, “-” and “_” only, for example lamp-shop."),
        COLOUR: _("must be a colour such as #3355cc."),
        KEY: _("may have small letters, digits and “_” only, at most 40, and begins with a letter."),
        ID_TEXT: _("may have letters, digits and signs of ASCII only, without spaces."),
        EVENT_ID: _("is no id of an event that was sent here; leave it out to read from the start."),
        LANGUAGE: _("must be the two small letters of a language, for example en."),
    }
    return known.get(pattern) or _("must match %(pattern)s.") % {"pattern": pattern}
