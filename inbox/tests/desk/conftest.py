"""Sam, who may answer, is signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.availability import ANSWER
from inbox.tests.factories import StaffFactory


@pytest.fixture
def sam(db):
    return StaffFactory(username="sam", first_name="Sam", may=[ANSWER])


@pytest.fixture
def client(sam):
    client = Client()
    client.force_login(sam)
    return client
