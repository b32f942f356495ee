"""Documents of the same text are known as such, those too that were indexed before."""

import hashlib

from django.db import migrations, models


def hash_texts(apps, schema_editor):
    Document = apps.get_model("knowledge", "Document")
    indexed = Document.objects.filter(status="ready", is_owed=False, text_hash="")
    for key, text in indexed.values_list("pk", "text").iterator(chunk_size=50):
        words = " ".join(text.split()).encode("utf-8", "surrogatepass")
        text_hash = hashlib.blake2b(words, digest_size=16).hexdigest()
        Document.objects.filter(pk=key).update(text_hash=text_hash)


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0011_pages_read_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="text_hash",
            field=models.CharField(
                blank=True, editable=False, max_length=32, verbose_name="hash of its indexed text"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("text_hash", ""), _negated=True),
                fields=["agent", "text_hash"],
                name="document_same_text",
            ),
        ),
        migrations.RunPython(hash_texts, migrations.RunPython.noop),
    ]
