"""Does before the first request what the first visitor would have to wait for."""

from __future__ import annotations

import logging
import time

from django.db import Error as DatabaseError
from django.db import connections
from django.template import TemplateDoesNotExist
from django.urls import get_resolver
from django.utils import translation

from conversations.pages.landing import prepare
from lib import heap

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Import all views, load the model for searches, render both pages once. Works without a database, too."""
    begun = time.monotonic()
    _ = get_resolver().url_patterns  # imports the views
    try:
        with translation.override(None):
            prepare()
    except (DatabaseError, TemplateDoesNotExist) as error:
        log.warning("pages could not be prepared: %s", type(error).__name__)
    finally:
        connections.close_all()  # requests have connections of their own
        heap.give_back()  # some 50 MB: loading the model takes twice its size
    log.info("pages prepared in %.1f s", time.monotonic() - begun)
