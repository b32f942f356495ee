"""Work in the background lets an answer that is about to begin go first, and does not wait for ever."""

import threading

from fakes.patience import PATIENCE_S
from lib.answers_first import answer_beginning, wait_for_answers


def test_nothing_waits_where_nobody_waits():
    assert wait_for_answers(PATIENCE_S)


def test_work_goes_on_when_the_last_answer_has_begun():
    went_on = threading.Event()

    def work():
        if wait_for_answers(PATIENCE_S):
            went_on.set()

    background = threading.Thread(target=work)
    with answer_beginning():
        with answer_beginning():
            background.start()
        still_waits = not went_on.is_set()
    background.join(PATIENCE_S)

    assert still_waits
    assert went_on.is_set()


def test_an_answer_that_never_begins_holds_nothing_up_for_long():
    with answer_beginning():
        assert not wait_for_answers(0.01)
