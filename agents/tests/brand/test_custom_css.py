"""Staff's own style sheet: what may stand in it, and what keeps it inside the chat."""

import pytest
from django.core.exceptions import ValidationError

from agents.brand.custom_css import MAX_CSS_CHARS, validate_css, within_chat
from agents.models import Brand

FINE = [
    "",
    ".message { border-radius: 0 }",
    ":scope { --accent-subtle: oklch(0.9 0.02 90); }",
    '@media (width < 480px) { .log > *:not(.greeting)::before { content: "\\201C url(x)"; } }',
    "/* https://elsewhere.example/{ */ .log { color: red }",
    "@keyframes rise { from { opacity: 0 } } .log { background: url(/media/public/x.png) }",
    ".log { background: url('data:image/png;base64,AAAA') }",
    "@supports (display: grid) { a[href^='https://x'] { color: red } }",
]
REFUSED = [
    ("@import url('/static/x.css');", "@import"),
    ("@IMPORT '/x.css';", "@IMPORT"),
    ("@font-face { font-family: x }", "@font-face"),
    (".log { background: url(https://elsewhere.example/x.png) }", "elsewhere.example"),
    ('.log { background: URL( "//elsewhere.example/x.png" ) }', "elsewhere.example"),
    (".log { background: url(/\\elsewhere.example) }", "cannot stand here"),
    (".log { background: url('/\\elsewhere.example') }", "is not on this site"),
    (".log { background: url(data:text/html,x) }", "is not on this site"),
    (".log { background: url(x.png) }", "is not on this site"),
    (".log { background: image-set('https://elsewhere.example/x' 1x) }", "elsewhere.example"),
    (".log { background: image-set(linear-gradient(red, red) 1x, 'https://elsewhere.example/x' 2x) }", "elsewhere"),
    (".log { background: \\75rl(https://elsewhere.example/x) }", "cannot stand here"),
    ("</style><script>", "cannot stand here"),
    ("a::before { content: '</style>' }<!-- ", "cannot stand here"),
    (".log { color: red } } body { display: none }", "closes what was not opened"),
    (".log { color: red", "opened and not closed"),
    (".log { color: calc(1px }", "closes what was not opened"),
    ("/* never ends", "cannot stand here"),
    (".log { content: 'never ends\n }", "cannot stand here"),
]


@pytest.mark.parametrize("css", FINE)
def test_what_stays_in_the_chat_is_taken(css):
    validate_css(css)


@pytest.mark.parametrize(("css", "words"), REFUSED)
def test_what_leads_out_of_it_is_refused_with_the_place(css, words):
    with pytest.raises(ValidationError, match=r".*") as refused:
        validate_css(css)

    assert words in str(refused.value)


def test_its_length_is_bounded():
    field = Brand._meta.get_field("custom_css").formfield()

    with pytest.raises(ValidationError, match="20000"):
        field.clean("a" * (MAX_CSS_CHARS + 1))


def test_it_is_wrapped_so_that_it_reaches_the_chat_alone():
    assert within_chat(".log { color: red }").startswith("@scope (#panel) {\n.log { color: red }\n}")
    assert within_chat("  \n") == ""
