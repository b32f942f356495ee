"""What a visitor answered counts for the agents that are offered together, no longer for all.

The primary key changes, so the rows move to a new table: to the agents that the visitor has talked with. Who answered
and wrote to none is asked again; so is everybody when this is undone.
"""

from itertools import islice

import django.utils.timezone
from django.db import migrations, models

AT_ONCE = 500  # visitors; SQLite takes that many values in one query


def copy_to_circles(apps, schema_editor):
    Choice, NewChoice = apps.get_model("memory", "VisitorChoice"), apps.get_model("memory", "NewChoice")
    Brand, Session = apps.get_model("agents", "Brand"), apps.get_model("conversations", "Session")
    brands = Brand.objects.values_list("agent_id", "family")
    circles = {agent_id: f"family:{family}" if family else f"agent:{agent_id}" for agent_id, family in brands}
    answered = Choice.objects.iterator()
    while choices := {choice.visitor: choice for choice in islice(answered, AT_ONCE)}:
        talks = Session.objects.filter(visitor__in=choices).order_by().values_list("visitor", "agent_id").distinct()
        pairs = {(visitor, circles[agent_id]) for visitor, agent_id in talks if agent_id in circles}
        NewChoice.objects.bulk_create(_copied(NewChoice, choices[visitor], circle) for visitor, circle in sorted(pairs))


def _copied(NewChoice, choice, circle):
    return NewChoice(
        visitor=choice.visitor,
        circle=circle,
        is_allowed=choice.is_allowed,
        question=choice.question,
        decided_at=choice.decided_at,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0006_landing_page_has_words_alone"),
        ("conversations", "0010_counted_by_day"),
        ("memory", "0003_link_request"),
    ]

    operations = [
        migrations.CreateModel(
            name="NewChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visitor", models.CharField(max_length=64, verbose_name="visitor")),
                ("circle", models.CharField(max_length=70, verbose_name="agents it holds for")),
                ("is_allowed", models.BooleanField(verbose_name="allowed")),
                ("question", models.CharField(max_length=300, verbose_name="question they answered")),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="decided")),
            ],
            options={
                "verbose_name": "visitor's choice",
                "verbose_name_plural": "visitors' choices",
                "constraints": [models.UniqueConstraint(fields=("visitor", "circle"), name="visitor_choice_once")],
            },
        ),
        migrations.RunPython(copy_to_circles, migrations.RunPython.noop),
        migrations.DeleteModel("VisitorChoice"),
        migrations.RenameModel("NewChoice", "VisitorChoice"),
    ]
