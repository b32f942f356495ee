from typing import Any

from django.db import migrations


def settle(apps: Any, schema_editor: Any) -> None:
    """What was indexed before documents said so is owed nothing; what was left waiting is taken up."""
    documents = apps.get_model("knowledge", "Document").objects.exclude(status="pending")
    documents.filter(status="ready").update(progress=1)
    documents.update(is_owed=False)


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0002_document_lease")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
