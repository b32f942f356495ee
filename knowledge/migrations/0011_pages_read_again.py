"""Pages that were added by their address are read again by themselves: once a day, those too that are there already, but
not where somebody wrote over what was read."""

from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone

HASH_OF_PAGE = 32  # characters; that of a text which somebody wrote has 64
HOURS = 24


def read_daily(apps, schema_editor):
    Document = apps.get_model("knowledge", "Document")
    pages = Document.objects.exclude(url="").filter(website=None).only("pk", "content_hash")
    now = timezone.now()
    for number, document in enumerate(pages.order_by("pk")):
        if len(document.content_hash) in (0, HASH_OF_PAGE):
            next_read_at = now + timedelta(minutes=number * 7 % (HOURS * 60))  # not all in one moment
            Document.objects.filter(pk=document.pk).update(every_hours=HOURS, next_read_at=next_read_at)


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0010_index_of_answering_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="every_hours",
            field=models.PositiveIntegerField(
                default=0, help_text="0: only when you say so.", verbose_name="read again every so many hours"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="last_read_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="read"),
        ),
        migrations.AddField(
            model_name="document",
            name="next_read_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="next reading"),
        ),
        migrations.AddField(
            model_name="pagetoread",
            name="failures",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="times its server had an error"),
        ),
        migrations.AddField(
            model_name="pagetoread",
            name="is_scheduled",
            field=models.BooleanField(default=False, verbose_name="nobody waits for it"),
        ),
        migrations.AlterField(
            model_name="pagetoread",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="processes that tried"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("next_read_at__isnull", False)), fields=["next_read_at"], name="document_due"
            ),
        ),
        migrations.RunPython(read_daily, migrations.RunPython.noop),
    ]
