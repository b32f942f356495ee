"""An agent's knowledge: as staff gave it (documents and websites), and as it is searched (chunks and parts)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from knowledge.conflict_models import Comparison, Conflict
from knowledge.vector_models import AgentVectors, EmbeddingModel
from language.embeddings import KEY_CHARS

__all__ = (
    "AgentVectors",
    "Chunk",
    "Comparison",
    "Conflict",
    "Document",
    "DocumentQuerySet",
    "EmbeddingModel",
    "PageToRead",
    "StoredPart",
    "WebPage",
    "Website",
    "file_title",
)


def file_title(file_name: str) -> str:
    """ "price_list.xlsx" as a name for people."""
    return " ".join(PurePath(file_name).stem.replace("_", " ").split())


class DocumentQuerySet(models.QuerySet["Document"]):
    def unattended(self, at: datetime) -> DocumentQuerySet:
        """To be indexed by their rows, but no living process works on them."""
        return self.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at), is_owed=True)

    def answering(self) -> DocumentQuerySet:
        """Documents that are searched: indexed, and their web page still exists."""
        return self.filter(status=Document.Status.READY, gone_at__isnull=True)

    def due(self, at: datetime) -> DocumentQuerySet:
        """Single web pages that are due to be read again and not requested yet."""
        return self.filter(next_read_at__lte=at, website__isnull=True, page_to_read__isnull=True)


class Document(models.Model):
    """A document of knowledge, pasted, uploaded or read from the web, and the state of its indexing.

    The row, not a request or a thread, says that it is to be indexed: `is_owed`. While a ready document is indexed
    again, its old passages are searched.
    """

    file_words = _("uploaded files")  # for who deletes

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    # Renewed with every step of some two seconds; work of a killed process is taken over within 20 s.
    LEASE = timedelta(seconds=15)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="documents", verbose_name=_("agent"))
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to="documents/", blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown or plain text."))
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.PENDING, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True, editable=False)
    is_owed = models.BooleanField(_("to be indexed"), default=True, editable=False)
    progress = models.FloatField(_("progress"), default=0, editable=False)  # 0 to 1
    content_hash = models.CharField(_("hash of its content"), max_length=64, blank=True, editable=False)
    text_hash = models.CharField(_("hash of its indexed text"), max_length=32, blank=True, editable=False)
    is_unread = models.BooleanField(_("its file is to be read"), default=False, editable=False)
    text_format = models.PositiveSmallIntegerField(_("format its chunks were made in"), default=0, editable=False)
    # The models of which all passages have vectors; "" for none. Those of a third model replace one of the two.
    vectors_of = models.CharField(_("model of its vectors"), max_length=KEY_CHARS, blank=True, editable=False)
    other_vectors_of = models.CharField(
        _("model of its other vectors"), max_length=KEY_CHARS, blank=True, editable=False
    )
    vectors_for = models.CharField(_("model whose vectors are made"), max_length=KEY_CHARS, blank=True, editable=False)
    takeovers = models.PositiveSmallIntegerField(_("taken over from a dead process"), default=0, editable=False)
    lease_owner = models.CharField(_("worked on by"), max_length=64, blank=True, editable=False)
    lease_until = models.DateTimeField(_("worked on until"), null=True, editable=False)
    # Of one that was read from a web page.
    website = models.ForeignKey(
        "Website", models.CASCADE, null=True, editable=False, related_name="documents", verbose_name=_("website")
    )
    url = models.CharField(_("address"), max_length=1000, blank=True, editable=False)
    etag = models.CharField(_("mark of its version"), max_length=200, blank=True, editable=False)
    last_modified = models.CharField(_("last changed, as the server says"), max_length=100, blank=True, editable=False)
    misses = models.PositiveSmallIntegerField(_("times not found"), default=0, editable=False)
    gone_at = models.DateTimeField(_("gone"), null=True, editable=False)
    # Of a page that was added by its address; those of a website are read with it.
    every_hours = models.PositiveIntegerField(
        _("read again every so many hours"), default=0, help_text=_("0: only when you say so.")
    )
    last_read_at = models.DateTimeField(_("read"), null=True, editable=False)
    next_read_at = models.DateTimeField(_("next reading"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        # Without this index every look for work reads all texts, up to 2 MB each.
        indexes = (
            models.Index(fields=["lease_until"], name="document_owed", condition=Q(is_owed=True)),
            models.Index(fields=["agent", "content_hash"], name="document_content"),
            models.Index(fields=["agent", "text_hash"], name="document_same_text", condition=~Q(text_hash="")),
            models.Index(fields=["status", "vectors_of", "other_vectors_of"], name="document_vectors"),
            # Covers the query that every question makes, to see whether the knowledge changed.
            models.Index(fields=["agent", "status", "gone_at", "website", "updated_at"], name="document_answering"),
            models.Index(fields=["website", "content_hash"], name="document_same", condition=Q(website__isnull=False)),
            models.Index(fields=["next_read_at"], name="document_due", condition=Q(next_read_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def file_title(self) -> str:
        """The name of a document that nobody named, until its file is read: the file's name in words."""
        return file_title(str(self.file.name))

    @property
    def is_single_page(self) -> bool:
        """Whether it is a web page that was added by its address, not with a website."""
        return bool(self.url) and self.website_id is None

    @property
    def is_to_be_read(self) -> bool:
        """Whether its web page is still to be read. Makes a query unless it was selected with `page_to_read`."""
        return self.is_single_page and hasattr(self, "page_to_read")

    def change_text(self) -> None:
        """Set a new text, without saving. The old passages are searched until it is indexed.

        A process that indexes the old text finds that its lease is gone.
        """
        if self.status != self.Status.READY:
            self.status = self.Status.PENDING
        self.error = ""
        self.is_owed, self.progress, self.takeovers = True, 0, 0
        self.lease_owner, self.lease_until = "", None


class PageToReadQuerySet(models.QuerySet["PageToRead"]):
    def unattended(self, at: datetime) -> PageToReadQuerySet:
        """Pages that no process reads and for which no task waits."""
        nobody = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        return self.filter(nobody, task_until__lt=at)


class PageToRead(models.Model):
    """A single web page that is still to be read. The row is deleted when it was read, or cannot be."""

    is_part = True  # of its document, and not counted by who deletes that

    LEASE = timedelta(seconds=40)  # renewed between fetching and reading, which may take 30 s each

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="page_to_read", verbose_name=_("document")
    )
    name = models.CharField(_("name it was given"), max_length=200, blank=True)  # empty: the title of the page
    is_scheduled = models.BooleanField(_("nobody waits for it"), default=False)
    tries = models.PositiveSmallIntegerField(_("processes that tried"), default=0)
    failures = models.PositiveSmallIntegerField(_("times its server had an error"), default=0)
    task_id = models.CharField(_("task"), max_length=32)  # any other one is out of date
    task_until = models.DateTimeField(_("its task is waited for until"))
    lease_until = models.DateTimeField(_("read until"), null=True)

    objects = PageToReadQuerySet.as_manager()

    class Meta:
        verbose_name = _("page to be read")
        verbose_name_plural = _("pages to be read")

    def __str__(self) -> str:
        return self.document.url

    @property
    def is_put_off(self) -> bool:
        """Whether its server had an error and is asked again later."""
        return self.failures > 0 and self.lease_until is None


class Chunk(models.Model):
    """One passage of a document, which never crosses a heading, with the vectors of its sentences if there is a model.

    It has room for the vectors of two models: the one that is used for searching, and its successor.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="chunks", verbose_name=_("document"))
    position = models.PositiveIntegerField(_("position"))
    heading = models.CharField(_("heading"), max_length=500, blank=True)
    text = models.TextField(_("text"))
    page = models.PositiveIntegerField(_("printed page"), null=True)  # where it begins; of what has pages
    vectors = models.BinaryField(_("vectors"), null=True, editable=False)  # of the model its document names
    other_vectors = models.BinaryField(_("vectors of another model"), null=True, editable=False)

    class Meta:
        ordering = ("position",)
        verbose_name = _("chunk")
        verbose_name_plural = _("chunks")
        constraints = (models.UniqueConstraint(fields=["document", "position"], name="chunk_position"),)

    def __str__(self) -> str:
        return f"{self.document.name} › {self.heading}"


class StoredPart(models.Model):
    """A part of the search index: data of some passages of a document, made when it is indexed (`text/index_part.py`).

    The search loads these instead of the passages. They never change: a document that is indexed again gets new ones.
    """

    is_part = True  # of its document, and not counted by who deletes that

    document = models.ForeignKey(Document, models.CASCADE, related_name="parts", verbose_name=_("document"))
    number = models.PositiveIntegerField(_("number"))
    vectors_of = models.CharField(_("model of its vectors"), max_length=KEY_CHARS, blank=True, editable=False)
    format = models.PositiveSmallIntegerField(_("format"))
    name = models.CharField(_("name its document had"), max_length=200)  # it is searched as well
    data = models.BinaryField(_("what is searched"), editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("part of the search index")
        verbose_name_plural = _("parts of the search index")
        constraints = (models.UniqueConstraint(fields=["document", "vectors_of", "number"], name="part_number"),)

    def __str__(self) -> str:
        return f"{self.name}, {self.number}"


class WebsiteQuerySet(models.QuerySet["Website"]):
    def unattended(self, at: datetime) -> WebsiteQuerySet:
        """Websites that are to be read, but no process reads them and no task waits."""
        is_due = Q(status__in=(Website.Status.PENDING, Website.Status.READING)) | Q(next_read_at__lte=at)
        nobody = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        no_task = Q(task_until__isnull=True) | Q(task_until__lt=at)
        return self.filter(is_due, nobody, no_task)

    def with_counts(self) -> WebsiteQuerySet:
        """With `page_count`, `ready_count` and `failed_count` of each."""
        pages = WebPage.objects.filter(website=models.OuterRef("pk"), kind=WebPage.Kind.PAGE)
        documents = Document.objects.filter(website=models.OuterRef("pk"), gone_at__isnull=True)
        broken = Q(state=WebPage.State.FAILED) | Q(document__status=Document.Status.FAILED)
        return self.annotate(
            page_count=_number(pages),
            ready_count=_number(documents.filter(status=Document.Status.READY)),
            failed_count=_number(pages.filter(broken)),
        )


def _number(rows: models.QuerySet) -> Coalesce:
    """How many of its website's rows there are."""
    return Coalesce(
        models.Subquery(rows.order_by().values("website").annotate(n=models.Count("pk")).values("n")),
        0,
        output_field=models.IntegerField(),
    )


class Website(models.Model):
    """A website of the company that is read into documents page by page, again and again.

    Readings are numbered. The pages that are left are those last read in an earlier reading, so a reading can be
    continued after its process ended.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        READING = "reading", _("being read")
        READY = "ready", _("read")
        FAILED = "failed", _("failed")

    # Renewed twice for each page: fetching it may take 30 s, and reading a PDF another 30 s.
    LEASE = timedelta(seconds=45)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="websites", verbose_name=_("agent"))
    url = models.CharField(
        _("address"), max_length=500, help_text=_("Where reading begins: the first page of the site, or a sitemap.")
    )
    include = models.TextField(
        _("read only"),
        blank=True,
        help_text=_("Beginnings of paths, one a line, such as /products. * stands for anything. Empty: all pages."),
    )
    exclude = models.TextField(
        _("leave out"), blank=True, help_text=_("The same, of pages that are not to be read: /jobs, *?print=")
    )
    every_hours = models.PositiveIntegerField(
        _("read again every so many hours"), default=24, help_text=_("0: only when you say so.")
    )
    max_pages = models.PositiveIntegerField(_("pages at most"), default=1000)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.PENDING, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True, editable=False)
    last_read_at = models.DateTimeField(_("read"), null=True, editable=False)
    next_read_at = models.DateTimeField(_("next reading"), null=True, editable=False)
    # Of the reading under way, or the last one.
    reading = models.PositiveIntegerField(_("reading"), default=0, editable=False)
    origin = models.CharField(_("where it was found"), max_length=300, blank=True, editable=False)
    other_host = models.CharField(_("its other name"), max_length=255, blank=True, editable=False)
    robots = models.TextField(_("its robots.txt"), blank=True, editable=False)
    failures_in_a_row = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    task_id = models.CharField(_("task"), max_length=32, blank=True, editable=False)  # any other one is out of date
    task_until = models.DateTimeField(_("its task is waited for until"), null=True, editable=False)
    lease_owner = models.CharField(_("read by"), max_length=64, blank=True, editable=False)
    lease_until = models.DateTimeField(_("read by it until"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = WebsiteQuerySet.as_manager()

    class Meta:
        ordering = ("url",)
        verbose_name = _("website")
        verbose_name_plural = _("websites")
        constraints = (
            models.UniqueConstraint(
                fields=["agent", "url"],
                name="website_once",
                violation_error_message=_("This agent reads that website already."),
            ),
        )

    def __str__(self) -> str:
        return self.url


class WebPage(models.Model):
    """An address of a website, and the result of its last reading."""

    is_part = True  # counted as pages of their website by who deletes it

    class Kind(models.TextChoices):
        PAGE = "page", _("page")
        SITEMAP = "sitemap", _("sitemap")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READ = "read", _("read")
        SAME = "same", _("the same as another")
        MOVED = "moved", _("leads to another")
        KEPT_OUT = "kept_out", _("not to be read")
        FAILED = "failed", _("failed")
        GONE = "gone", _("gone")

    website = models.ForeignKey(Website, models.CASCADE, related_name="pages", verbose_name=_("website"))
    document = models.OneToOneField(
        Document, models.SET_NULL, null=True, related_name="page", verbose_name=_("document")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PAGE)
    url = models.CharField(_("address"), max_length=1000)
    key = models.CharField(_("what its spellings share"), max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reading = models.PositiveIntegerField(_("last read in reading"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries in this reading"), default=0)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("page of a website")
        verbose_name_plural = _("pages of websites")
        indexes = (models.Index(fields=["website", "reading"], name="page_to_read"),)
        constraints = (models.UniqueConstraint(fields=["website", "key"], name="page_once"),)

    def __str__(self) -> str:
        return self.url
