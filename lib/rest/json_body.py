"""Reads request bodies for the API. JSON that two parsers could understand differently is refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from lib.rest.problems import invalid, problem, unsupported

JSON = "application/json"
MULTIPART = "multipart/form-data"


class BodyParser(Parser):
    """Ninja's parser with checks of the content type, duplicate keys, NaN and nesting.

    Ninja wraps what this raises: it is the cause of ninja's HttpError.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != JSON:
            raise unsupported(JSON)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise problem(415, _("Send the body as it is: none with a Content-Encoding is taken."))
        return read_json(request.body)

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        if data is request.FILES and request.content_type != MULTIPART:
            raise unsupported(MULTIPART)
        for name in data:
            if any(isinstance(value, str) and "\x00" in value for value in data.getlist(name)):
                raise invalid(_("%(field)s: must not hold a null byte.") % {"field": name.replace("\x00", "")})
        return super().parse_querydict(data, list_fields, request)


def read_json(body: bytes) -> Any:
    """The value of a JSON text; raises a Problem that says what is wrong."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError:
        raise invalid(_("The body is not UTF-8.")) from None
    except RecursionError:
        raise invalid(_("The body is nested too deeply.")) from None
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise invalid(_("The body is not JSON: see line %(line)s, column %(column)s.") % place) from None
    except ValueError:  # a number of more than 4,300 digits
        raise invalid(_("The body holds a number that is too long.")) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise invalid(_("%(field)s: is given twice.") % {"field": _shown(twice)})
    return found


def _constant(name: str) -> NoReturn:
    raise invalid(_("The body holds %(value)s, which is not JSON.") % {"value": name})


def _shown(name: str) -> str:
    """A name sent by a client, made safe to show: short, without characters that cannot be encoded."""
    return name[:60].replace("\x00", "").encode("utf-8", "replace").decode()
