import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agents', '0005_brands_of_existing_agents'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='landingpage',
            name='company',
        ),
        migrations.RemoveField(
            model_name='landingpage',
            name='legal_url',
        ),
        migrations.RemoveField(
            model_name='landingpage',
            name='logo',
        ),
        migrations.RemoveField(
            model_name='landingpage',
            name='privacy_url',
        ),
        migrations.AlterField(
            model_name='landingpage',
            name='agent',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='landing_page', to='agents.agent', verbose_name='agent'),
        ),
    ]
