"""Gaps in the admin: what came most often, in which words it was asked, and an answer to it."""

import pytest

from agents.tests.factories import StaffFactory, SuperuserFactory
from evaluation.gaps import dismiss, gather
from evaluation.models import Gap
from evaluation.tests.unanswered import followed_up, unknown

pytestmark = pytest.mark.django_db(transaction=True)


def test_staff_see_what_came_most_often_first_and_answer_it(client, agent):
    client.force_login(SuperuserFactory())
    unknown(agent, "Who won the cup?")
    for _ in range(2):
        unknown(agent, "Do you ship to Norway?")
    gather(agent.pk)
    gap = Gap.objects.get(question="Do you ship to Norway?")

    listed = client.get("/admin/evaluation/gap/").content.decode()
    page = client.get(f"/admin/evaluation/gap/{gap.pk}/change/").content.decode()
    done = client.post(f"/admin/evaluation/gap/{gap.pk}/answer/", {"text": "Yes."}, follow=True).content.decode()

    assert listed.index("Do you ship to Norway?") < listed.index("Who won the cup?")
    assert f"/admin/evaluation/case/add/?message={gap.questions.first().message_id}" in page
    assert "is in the knowledge now" in done
    assert agent.documents.get().text == "# Do you ship to Norway?\n\nYes."


def test_who_may_only_look_closes_nothing_and_reads_no_conversation(client, agent):
    unknown(agent, "Do you ship to Norway? I am Jo.")
    gather(agent.pk)
    gap = Gap.objects.get()
    client.force_login(StaffFactory(may=["evaluation.view_gap"]))

    page = client.get(f"/admin/evaluation/gap/{gap.pk}/change/")

    assert page.status_code == 200
    assert "In these words" not in page.content.decode()
    assert client.post(f"/admin/evaluation/gap/{gap.pk}/dismiss/").status_code == 403
    assert client.post(f"/admin/evaluation/gap/{gap.pk}/answer/", {"text": "Yes."}).status_code == 403


def test_an_answer_without_words_is_refused_on_the_page(client, agent):
    client.force_login(SuperuserFactory())
    unknown(agent, "Do you ship to Norway?")
    gather(agent.pk)
    gap = Gap.objects.get()

    page = client.post(f"/admin/evaluation/gap/{gap.pk}/answer/", {"text": "  "}, follow=True)

    assert "Write an answer first." in page.content.decode()
    assert not agent.documents.exists()
    assert Gap.objects.get().status == "open"


def test_the_list_says_why_and_how_it_develops_and_finds_by_reason(client, agent):
    unknown(agent, "Do you ship to Norway?")
    unknown(agent, "do you ship to norway", certainty="hedged", days_ago=9)
    unknown(agent, "do you ship to Norway", certainty="hedged", days_ago=10)
    unknown(agent, "How much is it?", certainty="answered", feedback="down")
    gather(agent.pk)
    client.force_login(SuperuserFactory())

    page = client.get("/admin/evaluation/gap/").content.decode()
    disliked = client.get("/admin/evaluation/gap/?why=disliked").context["cl"].result_list

    assert '<span class="gap-why">did not know (1), not sure (2)</span>' in page
    assert '<td class="field-trend">1, down from 2</td>' in page
    assert '<span class="gap-why">did not help</span>' in page
    assert '<td class="field-trend">1, up from 0</td>' in page
    assert "the knowledge did not answer well" in page
    assert [gap.question for gap in disliked] == ["How much is it?"]


def test_an_answer_that_is_not_taken_is_still_there(client, agent):
    client.force_login(SuperuserFactory())
    unknown(agent, "Do you ship to Norway?")
    gather(agent.pk)
    gap = Gap.objects.get()
    dismiss(gap)  # by a colleague, meanwhile

    page = client.post(f"/admin/evaluation/gap/{gap.pk}/answer/", {"text": "Yes, by carrier."}).content.decode()

    assert "This gap is closed already." in page
    assert "Yes, by carrier.</textarea>" in page
    assert not agent.documents.exists()


def test_staff_see_what_a_question_followed_and_may_put_it_in_better_words(client, agent):
    client.force_login(SuperuserFactory())
    followed_up(agent, "Do you rent bikes?", "How much is it?")
    gather(agent.pk)
    gap = Gap.objects.get()

    page = client.get(f"/admin/evaluation/gap/{gap.pk}/change/").content.decode()
    client.post(
        f"/admin/evaluation/gap/{gap.pk}/answer/", {"question": " What does a bike\ncost? ", "text": "20 euros."}
    )

    assert '<q dir="auto">Do you rent bikes?</q>' in page
    assert agent.documents.get().text == "# What does a bike cost?\n\n20 euros."
