"""Words are found however their letters are cased, on each database, and nothing else is found by them."""

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people():
    for number, name in enumerate(("Übel", "übel", "ÜBEL", "Ubel", "Jürgen ÖZ", "Ælfred 100%")):
        get_user_model().objects.create(username=f"user{number}", first_name=name)


def found(**condition):
    names = get_user_model().objects.filter(**condition).order_by("username")
    return list(names.values_list("first_name", flat=True))


@pytest.mark.parametrize("word", ["übel", "Übel", "ÜBEL", "üBEL"])
def test_any_case_finds_each_case_and_no_other_letter(word):
    assert found(first_name__icontains=word) == ["Übel", "übel", "ÜBEL"]
    assert found(first_name__iexact=word) == ["Übel", "übel", "ÜBEL"]


@pytest.mark.parametrize("words", ["jürgen öz", "JÜRGEN ÖZ", "Jürgen Öz", "jürgen"])
def test_several_words_are_found_together(words):
    assert found(first_name__icontains=words) == ["Jürgen ÖZ"]


def test_signs_that_mean_something_to_the_database_are_only_signs():
    assert found(first_name__icontains="ælfred 100%") == ["Ælfred 100%"]
    assert found(first_name__icontains="_bel") == []
    assert found(first_name__icontains="%ü_") == []


def test_what_is_left_out_is_left_out_in_each_case():
    names = get_user_model().objects.exclude(first_name__icontains="ü").order_by("username")

    assert list(names.values_list("first_name", flat=True)) == ["Ubel", "Ælfred 100%"]
