"""What is left out when a conversation is longer than the model's context, and what never is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.llm.prompt import estimated_tokens, fit
from agents.llm.request import ChatRequest, Passage, PastMessage
from agents.tests.llm.asking import a_request

ALL = 1_000_000


def a_passage(name: str, score: float, size_chars: int = 400) -> Passage:
    return Passage(document_id=name, document=name, heading="", text="x" * size_chars, score=score)


def turns(*texts: str) -> tuple[PastMessage, ...]:
    """Alternating turns that end with the visitor's."""
    return tuple(PastMessage("user" if (len(texts) - i) % 2 else "assistant", text) for i, text in enumerate(texts))


def test_what_fits_stays_as_it_is() -> None:
    request = a_request(history=turns("Hello, I am Ada.", "Hi", "Hello", "Cost?"), passages=(a_passage("a", 1.0),))

    assert fit(request, ALL, 20) == request


def test_the_oldest_turns_go_first() -> None:
    request = a_request(history=turns("x" * 400, "y" * 400, "z" * 400, "w" * 400, "Cost?"))

    fitted = fit(request, estimated_tokens(request) - 100, 20)

    assert [turn.text[0] for turn in fitted.history] == ["z", "w", "C"]


def test_history_is_limited_in_messages_with_the_question_among_them() -> None:
    request = a_request(history=turns("a", "b", "c", "d", "e"))

    assert [turn.text for turn in fit(request, ALL, 3).history] == ["c", "d", "e"]
    assert [turn.text for turn in fit(request, ALL, 1).history] == ["e"]


def test_what_is_cut_does_not_begin_with_an_answer() -> None:
    request = a_request(history=turns("a", "b", "c", "d", "e"))

    assert [turn.text for turn in fit(request, ALL, 4).history] == ["c", "d", "e"]


def test_a_greeting_stays_in_front_when_nothing_is_cut() -> None:
    request = a_request(history=(PastMessage("assistant", "Hello, I am Ada."), PastMessage("user", "Cost?")))

    assert fit(request, ALL, 20).history == request.history


def test_a_turn_that_is_too_large_takes_everything_before_it_along() -> None:
    request = a_request(history=turns("small", "small", "x" * 4000, "small", "Cost?"))

    fitted = fit(request, estimated_tokens(request) - 900, 20)

    assert [turn.text for turn in fitted.history] == ["Cost?"]


def test_passages_come_before_older_turns() -> None:
    passages = (a_passage("a", 1.0),)
    request = a_request(history=turns("x" * 400, "y" * 400, "Cost?"), passages=passages)

    fitted = fit(request, estimated_tokens(request) - 150, 20)

    assert fitted.passages == passages
    assert len(fitted.history) == 1


def test_the_passages_of_the_lowest_score_go_first_and_the_order_stays() -> None:
    passages = (a_passage("low", 0.1), a_passage("high", 0.9), a_passage("middle", 0.5))
    request = a_request(history=turns("Cost?"), passages=passages)

    fitted = fit(request, estimated_tokens(request) - 1, 20)

    assert [passage.document for passage in fitted.passages] == ["high", "middle"]


def test_prompt_and_question_stay_when_they_alone_are_too_large() -> None:
    request = a_request("q" * 4000, system_prompt="p" * 4000, passages=(a_passage("a", 1.0),))

    fitted = fit(request, 10, 20)

    assert fitted.system_prompt == request.system_prompt
    assert fitted.history == request.history
    assert fitted.passages == ()


def test_other_scripts_count_for_more() -> None:
    latin, chinese = a_request("a" * 1000), a_request("价" * 1000)

    assert estimated_tokens(chinese) > 2 * estimated_tokens(latin) - estimated_tokens(a_request(""))


requests = st.builds(
    ChatRequest,
    agent_name=st.just("Ada"),
    system_prompt=st.text(max_size=300),
    history=st.lists(
        st.builds(PastMessage, st.sampled_from(["user", "assistant"]), st.text(max_size=300)), max_size=12
    ).map(lambda earlier: (*earlier, PastMessage("user", "Cost?"))),
    passages=st.lists(
        st.builds(
            Passage,
            st.text(max_size=3),
            st.text(max_size=9),
            st.text(max_size=9),
            st.text(max_size=900),
            st.floats(0, 1),
        ),
        max_size=5,
    ).map(tuple),
)


@given(request=requests, context_tokens=st.integers(1, 2000), messages=st.integers(1, 15))
def test_for_any_request(request: ChatRequest, context_tokens: int, messages: int) -> None:
    fitted = fit(request, context_tokens, messages)

    kept = len(fitted.history)
    is_bare = kept == 1 and not fitted.passages
    assert fitted.system_prompt == request.system_prompt
    assert fitted.question == request.question
    assert fitted.history == request.history[-kept:]
    assert kept <= messages
    assert estimated_tokens(fitted) <= context_tokens or is_bare
    assert kept == len(request.history) or fitted.history[0].role == "user"
    assert _is_part_in_order(fitted.passages, request.passages)
    assert _best_were_kept(fitted.passages, request.passages)


def _is_part_in_order(part: tuple[Passage, ...], whole: tuple[Passage, ...]) -> bool:
    rest = iter(whole)
    return all(any(passage is each for each in rest) for passage in part)


def _best_were_kept(kept: tuple[Passage, ...], offered: tuple[Passage, ...]) -> bool:
    dropped = sorted(passage.score for passage in offered)[: len(offered) - len(kept)]
    return not kept or not dropped or min(passage.score for passage in kept) >= dropped[-1]
