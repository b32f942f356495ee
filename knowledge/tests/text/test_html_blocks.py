"""Cards, tables and components of a page become sections that keep each price with its name."""

from __future__ import annotations

import pytest

from fakes.effort import within_effort
from knowledge.text.markdown_pages import sections
from knowledge.text.split import split_page


def read(page: str) -> list[tuple[str, str]]:
    return [(part.heading, " ".join(part.text.split())) for part in split_page(page)]


def test_each_price_card_is_a_section_and_what_follows_belongs_to_none() -> None:
    page = (
        '# Plans\n\n<div class="cards">\n  <div class="card">\n    <span>Popular</span>\n    <h3>Team</h3>\n'
        '    <p class="price">$29 <small>/ month</small></p>\n    <ul><li>5 seats</li><li>Chat</li></ul>\n  </div>\n'
        '  <div class="card"><header><h3>Pro</h3></header><p>$79</p></div>\n</div>\n\nAll without tax.'
        "\n\n## Terms\n\nNone."
    )

    assert read(page) == [
        ("Plans › Team", "$29 / month - 5 seats - Chat Popular"),
        ("Plans › Pro", "$79"),
        ("Plans", "All without tax."),
        ("Plans › Terms", "None."),
    ]


def test_cards_without_headings_are_named_by_their_first_line() -> None:
    page = (
        '<div class="grid"><div class="card"><div class="name">Team</div><div>$29</div></div>'
        '<div class="card"><div class="name">Pro</div><div>$79</div></div></div>'
    )

    assert read(page) == [("Team", "$29"), ("Pro", "$79")]


def test_a_list_of_cards_is_no_list_of_points() -> None:
    page = "<ul><li><h3>Team</h3><p>$29</p></li><li><h3>Pro</h3><p>$79</p></li></ul>"

    assert read(page) == [("Team", "$29"), ("Pro", "$79")]


def test_a_heading_wrapped_alone_is_a_heading_for_what_follows() -> None:
    assert read('<div class="title"><h2>Hours</h2></div>\n<p>Nine to five.</p>') == [("Hours", "Nine to five.")]


def test_components_show_the_facts_of_their_attributes() -> None:
    page = (
        '# Plans\n\n<Plan name="Team" price="$29" seats={5} perks={["Chat", "Export"]} icon="users" href="/buy" '
        'featured onClick={() => buy("team")} />\n<Plan name="Pro" pricePerMonth={79} variant="dark" sso={true} />\n\n'
        '<Tabs>\n<Tab label="Monthly">\n\nNo refund.\n\n</Tab>\n<Tab label="Yearly">\n\n30 days.\n\n</Tab>\n</Tabs>\n'
    )

    assert read(page) == [
        ("Plans › Team", "- Price: $29 - Seats: 5 - Perks: Chat, Export"),
        ("Plans › Pro", "- Price Per Month: 79 - Sso: yes"),
        ("Plans › Monthly", "No refund."),
        ("Plans › Yearly", "30 days."),
    ]


def test_a_component_within_a_line_is_part_of_the_sentence() -> None:
    assert read('From <Badge text="Team" /> on. <Icon name="check" /> Included.') == [("", "From Team on. Included.")]


def test_a_component_that_is_never_closed_takes_nothing_with_it() -> None:
    assert read('<Plan name="Team" price="$29">\n\n## Hours\n\nNine.') == [("Team", "- Price: $29"), ("Hours", "Nine.")]


def test_a_table_keeps_its_rows_and_cells_that_span_several() -> None:
    page = (
        '<table><tr><th>Plan</th><th>Term</th><th>Price</th></tr><tr><td rowspan="2">Team</td><td>Month</td><td>$29'
        "</td></tr><tr><td>Year</td><td>$290</td></tr></table>"
    )

    ((_, text),) = read(page)

    assert text == "| Plan | Term | Price | | --- | --- | --- | | Team | Month | $29 | | Team | Year | $290 |"


def test_a_table_of_names_and_values_is_a_list() -> None:
    page = "<table><tr><td>Adult</td><td>£5</td></tr><tr><td>Child</td><td>£3</td></tr></table>"

    assert read(page) == [("", "- Adult: £5 - Child: £3")]


def test_a_term_stays_with_what_is_said_of_it() -> None:
    page = "<dl><dt>Pool</dt>\n<dd>£5</dd>\n<div><dt>Gym</dt><dd>£7</dd><dd>free for members</dd></div></dl>"

    assert read(page) == [("", "- Pool: £5 - Gym: £7, free for members")]


@pytest.mark.parametrize(
    "code",
    [
        "{/* shorter */}",
        "<!-- shorter\nlonger -->",
        "import {\n  Card,\n  Tabs,\n} from '@site/cards'",
        "export const plans = [\n  { name: 'Team', price: 29 },\n\n  { name: 'Pro' },\n]",
        "export const region = 'Dublin'",
        "export default function Page({ children }) {\n\n  return <Layout>{children}</Layout>;\n}",
        "{{ site.phone }}",
        "{{< booking-widget >}}",
        "{% for room in rooms %}{% include room.html room=room %}{% endfor %}",
        "{# a note #}",
        '<Widget id="booking" theme="dark" />',
        "<script>var a = '<p>'</script>",
        '<Card style={{ color: "red" }} className={styles.card}></Card>',
    ],
)
def test_what_no_reader_sees_is_left_out(code: str) -> None:
    assert read(f"# Use\n\nBefore.\n\n{code}\n\nAfter.") == [("Use", "Before. After.")]


def test_code_keeps_its_braces_and_tags() -> None:
    page = "# Use\n\nWrite `{{ name }}` or `<Card>`.\n\n```\n{% raw %}<b>\n```"

    assert read(page) == [("Use", "Write `{{ name }}` or `<Card>`. ``` {% raw %}<b> ```")]


def test_literals_and_constants_are_shown_as_a_reader_sees_them() -> None:
    page = "export const days = 14\n\nPress it {4} times{' '}within {days} days. Hello {name}."

    assert read(page) == [("", "Press it 4 times within 14 days. Hello .")]


def test_shortcodes_with_values_are_components() -> None:
    page = '{{< plan title="Team" price="$29" >}}\n\n{{< tab "Yearly" >}}\n30 days.\n{{< /tab >}}'

    assert read(page) == [("Team", "- Price: $29"), ("Yearly", "30 days.")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["<!--", "{", "{{<a ", "{% a", '<a b="', "<a b={", "<div>", "<div><h2>a", "export const a = {\n", "<table><tr><td>",
     "<li>", "import {\n", "<b>a</b>", '<Plan name="a" b="c">', " a={", "{a", "`a", "<script>", "<a\n\n"],
)  # fmt: skip
def test_no_page_takes_long_to_read(piece: str) -> None:
    within_effort(20, lambda: sections(piece * (200_000 // len(piece))))  # most take well under a second
