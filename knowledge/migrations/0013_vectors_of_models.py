"""Vectors say of which model they are. Those that are there are the packaged one's."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

PACKAGED = "15c775b391faacf0"  # language.embeddings.PACKAGED, of the version that this is part of


def name_model(apps, schema_editor):
    Document, Chunk = apps.get_model("knowledge", "Document"), apps.get_model("knowledge", "Chunk")
    chunks = Chunk.objects.filter(document=models.OuterRef("pk"))
    indexed = Document.objects.filter(models.Exists(chunks), ~models.Exists(chunks.filter(vectors__isnull=True)))
    keys = list(indexed.values_list("pk", flat=True))
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        Document.objects.filter(pk__in=some).update(vectors_of=PACKAGED)
        apps.get_model("knowledge", "StoredPart").objects.filter(document__in=some).update(vectors_of=PACKAGED)
    agents = Document.objects.filter(vectors_of=PACKAGED).order_by().values_list("agent", flat=True).distinct()
    AgentVectors = apps.get_model("knowledge", "AgentVectors")
    AgentVectors.objects.bulk_create(AgentVectors(agent_id=agent_id, key=PACKAGED) for agent_id in agents)
    if keys:
        apps.get_model("knowledge", "EmbeddingModel").objects.create(key=PACKAGED, set_up_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0009_agent_asks_feedback"),
        ("knowledge", "0012_document_text_hash"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgentVectors",
            fields=[
                (
                    "agent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="searched_by",
                        serialize=False,
                        to="agents.agent",
                        verbose_name="agent",
                    ),
                ),
                ("key", models.CharField(max_length=16, verbose_name="model")),
            ],
            options={"verbose_name": "vectors of an agent", "verbose_name_plural": "vectors of agents"},
        ),
        migrations.CreateModel(
            name="EmbeddingModel",
            fields=[
                ("key", models.CharField(max_length=16, primary_key=True, serialize=False, verbose_name="model")),
                ("folder", models.CharField(blank=True, max_length=1000, verbose_name="folder")),
                ("set_up_at", models.DateTimeField(verbose_name="set up")),
            ],
            options={
                "verbose_name": "embedding model",
                "verbose_name_plural": "embedding models",
                "ordering": ("-set_up_at",),
            },
        ),
        migrations.AddField(
            model_name="chunk",
            name="other_vectors",
            field=models.BinaryField(editable=False, null=True, verbose_name="vectors of another model"),
        ),
        migrations.AddField(
            model_name="document",
            name="vectors_of",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=16, verbose_name="model of its vectors"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="document",
            name="other_vectors_of",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=16, verbose_name="model of its other vectors"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="document",
            name="vectors_for",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=16, verbose_name="model whose vectors are made"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="storedpart",
            name="vectors_of",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=16, verbose_name="model of its vectors"
            ),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="storedpart", name="part_number"),
        migrations.AddConstraint(
            model_name="storedpart",
            constraint=models.UniqueConstraint(fields=("document", "vectors_of", "number"), name="part_number"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["status", "vectors_of", "other_vectors_of"], name="document_vectors"),
        ),
        migrations.RunPython(name_model, migrations.RunPython.noop),
    ]
