"""Folders of files are loaded by a command that may be stopped and run again."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command

from agents.tests.factories import AgentFactory
from knowledge.loading import files_below, load
from knowledge.models import Document
from knowledge.tests.files import an_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_vectors")]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "prices.md").write_text("# Lamps\n\nA lamp costs $40.")
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "prices.txt").write_text("Pay in 30 days.")
    (tmp_path / "terms" / "photo.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.md").write_text("Secret.")
    return tmp_path


def run(command: str, *arguments: object) -> str:
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def names() -> list[str]:
    return sorted(Document.objects.values_list("name", flat=True))


def test_a_folder_is_loaded_with_names_that_tell_files_apart(folder):
    told = run("load_knowledge", AgentFactory(slug="lamps").slug, folder)

    assert names() == ["prices", "terms › prices"]
    assert set(Document.objects.values_list("status", flat=True)) == {"ready"}
    assert "1/2 added" in told
    assert told.endswith("2 added.\n")


def test_what_is_loaded_is_left_alone_the_next_time(folder):
    agent = AgentFactory()
    run("load_knowledge", agent.pk, folder)
    (folder / "new.md").write_text("# New\n\nA desk costs $90.")

    assert run("load_knowledge", agent.pk, folder).endswith("1 added, 2 known.\n")


def test_a_file_that_changed_takes_the_place_of_the_old_one(folder):
    agent = AgentFactory()
    run("load_knowledge", agent.pk, folder)
    (folder / "prices.md").write_text("# Lamps\n\nA lamp costs $50.")

    told = run("load_knowledge", agent.pk, folder)

    assert told.endswith("1 changed, 1 known.\n")
    assert names() == ["prices", "terms › prices"]
    assert "$50" in Document.objects.get(name="prices").chunks.get().text


def test_a_load_that_was_stopped_goes_on(folder):
    agent = AgentFactory()
    run("load_knowledge", agent.pk, folder)
    Document.objects.filter(name="prices").update(status="pending", is_owed=True)

    run("load_knowledge", agent.pk, folder)

    assert Document.objects.get(name="prices").status == "ready"


def test_a_file_that_cannot_be_read_is_told_at_the_end(folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4")

    with pytest.raises(CommandError, match="1 of 3 files"):
        run("load_knowledge", AgentFactory().pk, folder)

    assert names() == ["prices", "terms › prices"]


@pytest.mark.parametrize(("agent", "path", "words"), [("nobody", ".", "no agent"), ("lamps", "nowhere", "no file")])
def test_an_agent_or_file_that_is_not_there_is_said(agent, path, words):
    AgentFactory(slug="lamps")

    with pytest.raises(CommandError, match=words):
        run("load_knowledge", agent, path)


def test_a_catalogue_is_loaded(tmp_path):
    (tmp_path / "products.xlsx").write_bytes(
        an_xlsx({"Products": [["Model", "Price"], ["Brook", 2400], ["Weir", 900]]})
    )

    run("load_catalogue", AgentFactory(slug="shop").slug, tmp_path / "products.xlsx")

    assert "| Weir | 900 |" in Document.objects.get(name="products").chunks.get().text


def test_what_is_no_sheet_is_no_catalogue(folder):
    with pytest.raises(CommandError, match="no spreadsheet"):
        run("load_catalogue", AgentFactory().pk, folder / "prices.md")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_is(tmp_path, monkeypatch):
    AgentFactory(slug="ada")
    (tmp_path / "lamps.md").write_text("# Lamps\n\nA lamp costs $40.")
    (tmp_path / "terms.md").write_text("# Terms\n\nPay in 30 days.")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)

    said = run("load_knowledge", "ada", tmp_path)

    shares = {int(shown) for shown in re.findall(r"(\d+)% \|", terminal.getvalue())}
    assert {0, 50, 100} <= shares
    assert "2/2 files" in terminal.getvalue()
    assert "1/2 added" in said


def test_what_is_not_a_terminal_gets_no_bar(folder, capsys):
    run("load_knowledge", AgentFactory().pk, folder)

    assert "%" not in capsys.readouterr().err


def test_a_load_tells_how_far_the_file_under_way_is(folder):
    shares: list[float] = []

    loaded = load(AgentFactory(), files_below([folder / "prices.md"]), shares.append)

    assert [each.outcome for each in loaded] == ["added"]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
