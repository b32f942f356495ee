"""The doctor says in a line each what is wrong and what to do, tells no secret, and asks nobody outside unasked."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from conversations.replies import making
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from knowledge.models import Document
from leads.staff.agent_questions import CONSOLE
from operations.doctor import services, storage, work
from salesagent.serving.worker import BackgroundWorker

pytestmark = pytest.mark.django_db(transaction=True)


def doctor(*options: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code, and the worst finding about each thing."""
    out, code = io.StringIO(), 0
    try:
        call_command("doctor", "--json", *options, stdout=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = json.loads(out.getvalue())
    assert told["ok"] is (code == 0)
    worst = sorted(told["findings"], key=lambda each: ["ok", "warning", "error"].index(each["grade"]))
    return code, {each["about"]: each for each in worst}


def test_a_healthy_site_has_nothing_broken(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    code, found = doctor()

    assert code == 0
    assert {"settings", "database", "migrations", "redis", "disk", "media", "model", "mail", "tasks"} <= set(found)
    assert not [each for each in found.values() if each["grade"] == "error"]


def test_the_disk_is_looked_at_before_the_first_file_is_stored(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "var" / "media"

    found = list(storage.disk())

    assert "of the media" in found[0].words
    assert not settings.MEDIA_ROOT.exists()


def test_a_person_reads_a_line_each(settings):
    settings.EMAIL_BACKEND = CONSOLE
    out = io.StringIO()

    call_command("doctor", stdout=out)

    lines = out.getvalue().splitlines()
    assert "OK      migrations: All are applied." in lines
    assert [line for line in lines if line.startswith("WARNING mail: No server is set")]


def test_a_missing_migration_is_named_with_what_to_do():
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("conversations", "0001_initial")
    try:
        code, found = doctor()
    finally:
        recorder.record_applied("conversations", "0001_initial")

    assert code == 1
    assert found["migrations"]["words"] == "1 are not applied, the first is conversations.0001_initial."
    assert found["migrations"]["mend"] == "Run manage.py migrate."


def test_a_redis_that_is_away_is_told_without_its_address(settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"

    code, found = doctor()

    assert code == 1
    assert "secret" not in str(found)


def test_media_that_cannot_be_written_and_a_restore_that_was_cut_off(settings, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert doctor()[1]["media"]["grade"] == "error"

    settings.MEDIA_ROOT = tmp_path / "media"
    Path(settings.MEDIA_ROOT, ".restoring").mkdir(parents=True)
    assert "cut off" in doctor()[1]["media"]["words"]


def test_files_that_others_may_read_are_a_warning(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "open"
    settings.MEDIA_ROOT.mkdir(mode=0o755)

    found = doctor()[1]["media"]

    assert (found["grade"], found["mend"]) == ("warning", f"chmod 700 {settings.MEDIA_ROOT}")


def test_unsafe_settings_are_named(settings):
    settings.LOOSE_ENDS = {"API_AUTH": "API_AUTH is off and {reach}; set API_AUTH=required."}
    settings.ALLOWED_HOSTS = ["*"]
    settings.IS_PUBLIC, settings.SECURE_PROXY_SSL_HEADER, settings.TRUSTED_PROXIES = True, ("A", "b"), 0
    out = io.StringIO()

    call_command("doctor", stdout=out)

    for word in ("API_AUTH=required", "takes every name", "TRUSTED_PROXIES", "CSRF_TRUSTED_ORIGINS"):
        assert word in out.getvalue()


def test_tasks_that_nobody_takes_are_an_error_and_documents_that_failed_a_warning(agent):
    work.answer_doctor.enqueue()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(hours=2))
    Document.objects.create(agent=agent, name="broken", status=Document.Status.FAILED)

    code, found = doctor()

    assert code == 1
    assert found["tasks"]["words"].startswith("The oldest of 1 has waited for 2:0")
    assert "manage.py worker" in found["tasks"]["mend"]
    assert found["documents"]["grade"] == "warning"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (Script(text="Yes"), "was asked and answered."),
        (Script(status=401, error={"message": "sk-secret is wrong"}), "was asked and did not answer: not configured."),
        (Script(status=429), "was asked and did not answer: rate limited."),
        (Script(stall_after_tokens=-1), "was asked and did not answer: timed out."),
    ],
)
def test_a_provider_is_asked_when_it_is_wished_and_only_then(settings, monkeypatch, script, said):
    monkeypatch.setattr(services, "ASKED_S", 2.0)
    monkeypatch.setattr(work, "ASKED_S", 0.0)
    settings.STT_PROVIDERS, settings.TTS_PROVIDERS = ["builtin"], ["espeak"]
    fake = FakeOpenAI()
    fake.then(script)
    with fake.in_thread():
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = fake.base_url, "sk-secret"
        making.model.cache_clear()

        doctor()
        assert fake.requests == []
        _, found = doctor("--ask")

        assert len(fake.requests) == 1
        assert said in found["model"]["words"]
        assert "secret" not in str(found)


def test_ears_and_voices_outside_are_asked_too(settings, monkeypatch):
    monkeypatch.setattr(work, "ASKED_S", 0.0)
    settings.STT_PROVIDERS = settings.TTS_PROVIDERS = ["openai"]
    settings.OPENAI_TTS_MODEL = "voice"
    with FakeOpenAI().in_thread() as fake:
        settings.OPENAI_BASE_URL = fake.base_url
        making.model.cache_clear()

        _, found = doctor("--ask")

    assert "answered" in found["listening"]["words"]
    assert "answered" in found["speaking"]["words"]
    assert (len(fake.heard), len(fake.spoken)) == (1, 1)


def test_the_worker_is_given_a_task_when_it_is_wished(monkeypatch):
    monkeypatch.setattr(work, "ASKED_S", 0.5)
    assert doctor("--ask")[1]["worker"]["grade"] == "error"
    assert not DBTaskResult.objects.filter(status=TaskResultStatus.READY).exists()

    monkeypatch.undo()
    worker = BackgroundWorker()
    worker.start()
    try:
        assert doctor("--ask")[1]["worker"]["grade"] == "ok"
    finally:
        worker.stop()
