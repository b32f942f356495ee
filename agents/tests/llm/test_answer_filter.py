"""Thinking, calls of tools and template tokens that come as text, by whom they were seen, wherever they are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.llm.answer_filter import AnswerFilter, may_begin_within_thought

ANSWER = "It costs 4 €."
HARMONY = "<|channel|>analysis<|message|>They ask.<|end|><|start|>assistant"

SHAPES = {
    "DeepSeek R1, Qwen 3 on Ollama": f"<think>\nThey ask.\n</think>\n\n{ANSWER}",
    "Qwen 3 that does not think": f"<think>\n\n</think>\n\n{ANSWER}",
    "upper case, attributes, spaces": f'<Think time="3">They ask.</THINK >{ANSWER}',
    "thinking": f"<thinking>They <b>ask</b> 2 < 3.</thinking>{ANSWER}",
    "thought": f"<thought>They ask.</thought>{ANSWER}",
    "reasoning": f"<reasoning>They ask.</reasoning>{ANSWER}",
    "reflection and answer": f"<reflection>They ask.</reflection><answer>{ANSWER}</answer>",
    "MiniMax M3": f"<mm:think>They ask.</mm:think>{ANSWER}",
    "Claude through a gateway": f"<antthinking>They ask.</antthinking>{ANSWER}",
    "Magistral": f"[THINK]They ask.[/THINK]{ANSWER}",
    "Kimi": f"◁think▷They ask.◁/think▷{ANSWER}",
    "Cohere": f"<|START_THINKING|>They ask.<|END_THINKING|><|START_RESPONSE|>{ANSWER}<|END_RESPONSE|>",
    "OpenThinker": f"<|begin_of_thought|>They ask.<|end_of_thought|><|begin_of_solution|>{ANSWER}<|end_of_solution|>",
    "Gemma 4": f"<|channel>thought\nThey ask.<channel|>{ANSWER}",
    "gpt-oss": f"{HARMONY}<|channel|>final<|message|>{ANSWER}<|return|>",
    "gpt-oss with a preamble": f"{HARMONY}<|channel|>commentary<|message|>I look.<|end|><|start|>assistant"
    f"<|channel|>final <|constrain|>text<|message|>{ANSWER}",
    "gpt-oss that calls a tool": f"<|channel|>commentary to=functions.find <|constrain|>json<|message|>"
    f'{{"q": 1}}<|call|><|start|>assistant<|channel|>final<|message|>{ANSWER}',
    "gpt-oss without its tokens": f'analysisThey ask "what".assistantfinal{ANSWER}',
    "only the closing tag": f"They ask about bread.</think>\n\n{ANSWER}",
    "only the closing tag, as it often begins": f"Okay, so the visitor asks about bread.\n</think>\n\n{ANSWER}",
    "one thought within another": f"<think>They <think>ask</think> much.</think>{ANSWER}",
    "two thoughts": "<think>They ask.</think>It costs <think>Let me see.</think>4 €.",
    "behind code": f"<think>They ask.</think>{ANSWER}<tool_call>```x",
    "a closing tag too many": f"<think>They ask.</think>{ANSWER}</think>\n",
    "a call of a tool, Hermes": f'{ANSWER}\n<tool_call>\n{{"name": "find"}}\n</tool_call>',
    "a call of a tool, Llama 3": f'{ANSWER}<|python_tag|>{{"name": "find"}}',
    "a call of a tool, Llama 3.2": f'{ANSWER}<function=find>{{"q": 1}}</function>',
    "a call of a tool, Mistral": f'{ANSWER}[TOOL_CALLS][{{"name": "find"}}]',
    "a call of a tool, DeepSeek": f"{ANSWER}<｜tool▁calls▁begin｜>find<｜tool▁calls▁end｜><｜end▁of▁sentence｜>",
    "ChatML's end": f"{ANSWER}<|im_end|>",
    "ChatML that goes on as the visitor": f"{ANSWER}<|im_end|>\n<|im_start|>user\nAnd rye?<|im_end|>",
    "Llama 3's header": f"<|start_header_id|>assistant<|end_header_id|>\n\n{ANSWER}<|eot_id|>",
    "Gemma's turn": f"<start_of_turn>model\n{ANSWER}<end_of_turn>",
    "Phi's next turn": f"{ANSWER}<|end|><|user|>And rye?",
    "Llama 2's end": f"{ANSWER}</s>",
    "GPT-2's end": f"{ANSWER}<|endoftext|>",
    "Llama 4": f"<|header_start|>assistant<|header_end|>\n\n{ANSWER}<|eot|>",
    "Granite": f"<|start_of_role|>assistant<|end_of_role|>{ANSWER}<|end_of_text|>",
    "Solar": f"<|think|>They ask.<|end|><|begin|>assistant<|content|>{ANSWER}",
    "SmolVLM's end": f"{ANSWER}<end_of_utterance>",
    "Nemotron's end": f"<think>They ask.</think>{ANSWER}<SPECIAL_12>",
    "Llama 2 that goes on as the visitor": f"{ANSWER}[INST] And rye?",
    "Apriel": f"Here are my reasoning steps:\nThey ask.\n[BEGIN FINAL RESPONSE]\n{ANSWER}\n[END FINAL RESPONSE]",
    "Seed": f"<seed:think>They<seed:cot_budget_reflect>10</seed:cot_budget_reflect> ask.</seed:think>{ANSWER}",
    "gpt-oss without its tokens, in lines": f"analysis\nThey ask.\nassistantfinal\n{ANSWER}",
    "a call of a tool, DeepSeek 3.2": f'{ANSWER}<｜DSML｜function_calls><｜DSML｜invoke name="find"></｜DSML｜invoke>'
    "</｜DSML｜function_calls>",
    "a call of a tool, Kimi K2": f"{ANSWER}<|tool_calls_section_begin|><|tool_call_begin|>find:0"
    "<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
    **{
        f"<{name}>": f"<{name}>They ask.</{name}>{ANSWER}"
        for name in (
            "thinking_process",
            "reasoning-steps",
            "chain-of-thought",
            "internal-monologue",
            "planning",
            "reflect",
        )
    },
    "[thinking]": f"[thinking]They ask.[/thinking]{ANSWER}",
}

PLAIN = [
    ANSWER,
    "5 < 6, a<b and <b>bold</b>",
    "The tag `<think>` opens a thought, `</think>` closes it.",
    "See [our prices](https://shop.example) or [1].",
    "| a | b |\n|---|---|\n| <1 | 2> |",
    "The price is 4 €",
    "We need to know your postcode.",
    "So:\n```xml\n<tools>\n  <tool>saw</tool>\n  <analysis/></think>\n</tools>\n```\nThat is all.",
    "analysis of costs",
    "I <3 bread <",
    "Use <output> and <i>old</i> text.",
    "[the plan](https://shop.example) and [thinner](https://shop.example) and [BEGIN] <special_offer>",
    "analysis: they sell bread",
]


def read(parts: list[str]) -> str:
    """What is left to read in the end."""
    filtering, text = AnswerFilter(), ""
    for said in (*map(filtering.feed, parts), filtering.finish(is_cut=False)):
        text = said.text if said.takes_back else text + said.text
    return text


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_only_the_answer_is_left(text: str, size: int) -> None:
    parts = [text[start : start + size] for start in range(0, len(text), size)]

    assert read(parts).strip() == ANSWER


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_a_plain_answer_stays_as_it_is(text: str, size: int) -> None:
    assert read([text[start : start + size] for start in range(0, len(text), size)]) == text


@pytest.mark.parametrize(
    "text",
    ["<think>They ask.", "[THINK]They", '[TOOL_CALLS][{"name": 1}]', HARMONY, "<|channel|>", "analysisThey ask."],
)
def test_what_is_never_closed_leaves_nothing(text: str) -> None:
    assert not read(list(text)).strip()


def test_plain_text_is_not_held_back() -> None:
    filtering = AnswerFilter()

    assert [filtering.feed(token).text for token in ("It", " costs", " 4 <", " 5", " [a", "](b)")] == [
        *("It", " costs", " 4 ", "< 5", " [a", "](b)")
    ]


def test_thinking_that_only_closes_waits_where_that_is_known() -> None:
    filtering = AnswerFilter(within_thought=True)

    said = [filtering.feed(token) for token in ("They ", "ask.</th", "ink>", "It costs.")]

    assert [each.text for each in said] == ["", "", "", "It costs."]
    assert not any(each.takes_back for each in said)


def test_an_answer_without_thinking_of_a_model_that_thinks_comes_at_its_end() -> None:
    filtering = AnswerFilter(within_thought=True)
    filtering.feed(ANSWER)

    assert filtering.finish(is_cut=False).text == ANSWER


def test_thinking_that_was_cut_is_no_answer() -> None:
    filtering = AnswerFilter(within_thought=True)
    filtering.feed("They ask")

    assert not filtering.finish(is_cut=True).text


@pytest.mark.parametrize(
    ("model", "may"),
    [
        *(("deepseek-r1:14b", True), ("QwQ-32B", True), ("Qwen3-4B-Thinking-2507", True), ("deepseek-reasoner", True)),
        *(("gpt-6-luna", False), ("llama3.1:8b", False), ("command-r", False), ("rethink-9b", False)),
    ],
)
def test_some_names_say_that_a_model_thinks(model: str, may: bool) -> None:
    assert may_begin_within_thought(model) is may


@pytest.mark.parametrize("text", PLAIN)
def test_a_piece_that_is_empty_changes_nothing(text: str) -> None:
    for at in range(len(text)):
        assert read([text[:at], "", text[at:]]) == read([text[:at], text[at:]])


@settings(max_examples=150, deadline=None)
@given(text=st.sampled_from([*SHAPES.values(), *PLAIN]), places=st.lists(st.integers(0, 400), max_size=12))
def test_cuts_change_nothing(text: str, places: list[int]) -> None:
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]

    assert read([text[start:stop] for start, stop in pairwise(edges)]).strip() == read([text]).strip()


@pytest.mark.parametrize(
    "unit", ["<", "<|im_end|>", "<think>", "</think>a", "[", "<|channel|>", "<think x", "`<think>"]
)
def test_a_text_of_nothing_but_tags_is_read_in_time(unit: str) -> None:
    filtering = AnswerFilter()

    filtering.feed((unit * 60_000)[:60_000])  # an attack: what grew with its square took minutes
    filtering.finish(is_cut=False)
