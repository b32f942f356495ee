"""What visitors say is readable by the account the server runs under, and by nobody else on the machine."""

import sqlite3

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from salesagent.environment import make_private


def mode(path) -> int:
    return path.stat().st_mode & 0o777


def test_a_database_is_made_for_its_owner_only_and_its_journals_too(tmp_path):
    file = tmp_path / "var" / "site.sqlite3"

    make_private(file)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
        modes = {mode(each) for each in file.parent.iterdir()}
    connection.close()

    assert mode(file.parent) == 0o700
    assert modes == {0o600}


def test_one_that_everybody_could_read_is_closed(tmp_path):
    file = tmp_path / "old.sqlite3"
    file.write_bytes(b"")
    file.chmod(0o644)

    make_private(file)

    assert mode(file) == 0o600


def test_uploads_and_recordings_are_for_their_owner_only(settings):
    name = default_storage.save("recordings/said.mp3", ContentFile(b"sound"))

    assert mode(settings.MEDIA_ROOT / name) == 0o600
    assert mode((settings.MEDIA_ROOT / name).parent) == 0o700
