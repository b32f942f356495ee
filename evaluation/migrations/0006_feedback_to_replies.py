from django.db import migrations


def move(apps, schema_editor):
    replies = apps.get_model("conversations", "Reply").objects
    for given in apps.get_model("evaluation", "Feedback").objects.iterator():
        replies.filter(message=given.message_id).update(
            feedback=given.value, feedback_words=given.words, feedback_at=given.updated_at
        )


def move_back(apps, schema_editor):
    given = apps.get_model("evaluation", "Feedback").objects
    for reply in apps.get_model("conversations", "Reply").objects.exclude(feedback="").iterator():
        given.create(message_id=reply.message_id, value=reply.feedback, words=reply.feedback_words)


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0014_reply_feedback'),
        ('evaluation', '0005_feedback'),
    ]

    operations = [
        migrations.RunPython(move, move_back),
    ]
