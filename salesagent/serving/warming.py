"""What the first visitor would wait for, done before the first request is taken."""

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
    """Import all views, load the model that searches need, render both pages once; a missing database stops nothing."""
    begun = time.monotonic()
    _ = get_resolver().url_patterns  # imports the views
    try:
        with translation.override(None):
            prepare()
    except (DatabaseError, TemplateDoesNotExist) as error:
        log.warning("pages could not be prepared: %s", type(error).__name__)
    finally:
        connections.close_all()  # requests have connections of their own
        heap.give_back()  # the model was read twice over: some 50 MB
    log.info("pages prepared in %.1f s", time.monotonic() - begun)
