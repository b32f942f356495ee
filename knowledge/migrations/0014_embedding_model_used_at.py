from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0013_vectors_of_models"),
    ]

    operations = [
        migrations.AddField(
            model_name="embeddingmodel",
            name="used_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="used by a process"),
        ),
    ]
