import pytest

from language.places import countries_in, lacks_country_asked


def test_one_country_has_one_name() -> None:
    assert countries_in("from the United States to england") == countries_in("USA, U.K.") == {"usa", "uk"}
    assert countries_in("tell us about the turkey sandwich on fine china") == frozenset()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("what does it cost to australia", "A disk is $180 within the EU and the US."),
        ("do you ship to Norway", "We deliver within the EU."),
        ("can I buy it in Japan?", "Our shops are in Germany and France."),
    ],
)
def test_a_country_that_is_not_spoken_of_is_missed(question: str, text: str) -> None:
    assert lacks_country_asked(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("do you ship to spain", "We deliver within the EU."),
        ("do you ship to norway", "We deliver all over Europe."),
        ("do you ship to canada", "We do not send slate abroad."),
        ("do you ship to america", "Parcels to the USA take a week."),
        ("do you ship to me", "We deliver within the EU."),
        ("is it made in England", "We deliver to Great Britain."),
    ],
)
def test_a_country_spoken_of_alone_or_among_others_is_not(question: str, text: str) -> None:
    assert not lacks_country_asked(question, text)
