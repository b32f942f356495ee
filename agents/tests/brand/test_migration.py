"""An installation with one company: every agent keeps its name and links, and the words of the page get their agent."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("agents", "0002_landing_links")], [("agents", "0006_landing_page_has_words_alone")]
WORDS = {
    name: name for name in ("headline", "subline", "primary_action", "secondary_action", "how_title", "how_question")
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _ends_with_all_migrations(django_db_setup: None, django_db_blocker):
    """To come back from the first of them after each test took half of its time."""
    yield
    with django_db_blocker.unblock():
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def migrate():
    def to(target):
        MigrationExecutor(connection).migrate(target)
        return MigrationExecutor(connection).loader.project_state(target).apps

    return to


def test_what_the_page_said_of_the_company_goes_to_every_agent(migrate):
    old = migrate(BEFORE)
    ada = old.get_model("agents", "Agent").objects.create(name="Ada", slug="ada")
    bob = old.get_model("agents", "Agent").objects.create(name="Bob", slug="bob")
    logo = default_storage.save("public/logos/logo.png", ContentFile(b"a picture"))
    links = {"privacy_url": "https://t.example/privacy", "legal_url": "https://t.example/imprint"}
    old.get_model("agents", "LandingPage").objects.create(company="Tarnfield", logo=logo, **links, **WORDS)

    new = migrate(AFTER)

    Brand = new.get_model("agents", "Brand")
    of_ada, of_bob = Brand.objects.get(agent=ada.pk), Brand.objects.get(agent=bob.pk)
    for brand in (of_ada, of_bob):
        assert (brand.company, brand.privacy_url, brand.legal_url) == ("Tarnfield", *links.values())
        assert brand.family == ""
    assert of_ada.logo.name == logo
    assert of_bob.logo.name != logo
    assert default_storage.open(of_bob.logo.name).read() == b"a picture"
    page = new.get_model("agents", "LandingPage").objects.get()
    assert (page.agent_id, page.headline) == (ada.pk, "headline")
    assert new.get_model("agents", "Agent").objects.get(is_default=True).pk == ada.pk


def test_words_without_any_agent_go(migrate):
    old = migrate(BEFORE)
    old.get_model("agents", "LandingPage").objects.create(company="Tarnfield", **WORDS)

    new = migrate(AFTER)

    assert not new.get_model("agents", "LandingPage").objects.exists()
