"""Work in the background lets an answer that is about to begin go first, and does not wait for ever."""

import threading

from lib import haste

LONG_S = 30


def test_nothing_waits_where_nobody_waits():
    assert haste.pause(LONG_S)


def test_work_goes_on_when_the_last_answer_has_begun():
    went_on = threading.Event()

    def work():
        if haste.pause(LONG_S):
            went_on.set()

    background = threading.Thread(target=work)
    with haste.beginning():
        with haste.beginning():
            background.start()
        still_waits = not went_on.is_set()
    background.join(LONG_S)

    assert still_waits
    assert went_on.is_set()


def test_an_answer_that_never_begins_holds_nothing_up_for_long():
    with haste.beginning():
        assert not haste.pause(0.01)
