"""Every agent gets a brand with what the landing page said of the company, and the page's words get their agent.

Until now the oldest active agent stood on the landing page where none was chosen: it is chosen now.
"""

from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import migrations


def give_brands(apps, schema_editor):
    Agent, Brand = apps.get_model("agents", "Agent"), apps.get_model("agents", "Brand")
    page = apps.get_model("agents", "LandingPage").objects.first()
    agents = list(Agent.objects.order_by("-is_active", "-is_default", "created_at"))
    if agents and agents[0].is_active and not any(agent.is_default for agent in agents):
        Agent.objects.filter(pk=agents[0].pk).update(is_default=True)
    for agent in agents:
        brand = Brand(agent=agent)
        if page:
            brand.company, brand.privacy_url, brand.legal_url = page.company, page.privacy_url, page.legal_url
            brand.logo = page.logo.name if agent is agents[0] else _copied(page.logo, brand)
        brand.save()
    if page and agents:
        page.agent = agents[0]
        page.save()
    elif page:
        page.delete()  # the words of no agent, which no page could show


def _copied(logo, brand):
    """A file of its own: the one of another agent goes with that agent."""
    if not logo:
        return ""
    try:
        with logo.open() as file:
            return logo.storage.save(
                logo.field.generate_filename(brand, PurePath(logo.name).name), ContentFile(file.read())
            )
    except OSError:
        return ""


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0004_brand"),
    ]

    operations = [migrations.RunPython(give_brands, migrations.RunPython.noop)]
