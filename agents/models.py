"""What staff write: agents, their brands, the numbered versions of their prompts."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agents.brand.custom_css import MAX_CSS_CHARS, validate_css, within_chat
from agents.brand.sheets import Look, theme, version
from agents.hosts import validate_hosts
from agents.images import validate_image
from agents.landing_models import Feature as Feature
from agents.landing_models import LandingPage as LandingPage
from agents.publication import Held, held
from agents.signals import agent_duplicated

if TYPE_CHECKING:
    from django.contrib.auth.models import User


MAX_PROMPT_CHARS = 100_000  # about 25,000 tokens, more than a prompt ever needs and quick to compare


HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour like #3355cc."))
IMAGE_TYPES = FileExtensionValidator(["png", "jpg", "jpeg", "webp"])


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> AgentQuerySet:
        return self.filter(is_active=True)

    def default(self) -> Agent | None:
        """The agent of the landing page: the one that staff have put there, as long as it is active; no other."""
        return self.active().of_landing_page()

    def of_landing_page(self) -> Agent | None:
        """The agent whose company the landing page tells of, also while it is switched off."""
        return self.filter(is_default=True).select_related("published_prompt", "brand").first()

    def offered_by(self, brand: Brand) -> AgentQuerySet:
        """The agents that visitors of the brand's agent may be shown: itself, and those offered together with it."""
        return self.filter(brand__family=brand.family) if brand.family else self.filter(pk=brand.agent_id)


class Agent(models.Model):
    """Who answers: name, prompt, greeting, model settings and look."""

    file_words = _("avatars")  # for who deletes
    COPIED = (
        *("greeting", "starter_questions", "model", "temperature", "max_tokens", "checks_answers", "accent"),
        *("takes_attachments", "asks_feedback"),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(
        _("slug"), max_length=60, unique=True, help_text=_("The last part of the chat page's address.")
    )
    published_prompt = models.ForeignKey(
        "PromptVersion",
        verbose_name=_("published prompt"),
        on_delete=models.RESTRICT,
        null=True,
        editable=False,
        related_name="+",
    )
    greeting = models.TextField(
        _("greeting"), blank=True, max_length=1000, help_text=_("Shown before the first message.")
    )
    starter_questions = models.TextField(
        _("starter questions"), blank=True, max_length=1000, help_text=_("One a line; shown until the first message.")
    )
    model = models.CharField(
        _("model"), max_length=100, blank=True, help_text=_("Empty: the model of the settings (OPENAI_MODEL).")
    )
    temperature = models.FloatField(
        _("temperature"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(2)]
    )
    max_tokens = models.PositiveIntegerField(
        _("token limit of an answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(16), MaxValueValidator(100_000)],
    )
    checks_answers = models.BooleanField(
        _("check a model's answers"),
        default=True,
        help_text=_(
            "A sentence with a price, date, amount or address that nothing given to the model holds is replaced by one "
            "that says so. Answers then come sentence by sentence."
        ),
    )
    accent = models.CharField(_("colour"), max_length=7, default="#3355cc", validators=[HEX_COLOUR])
    avatar = models.FileField(
        _("avatar"), upload_to="public/avatars/", blank=True, validators=[IMAGE_TYPES, validate_image]
    )
    takes_attachments = models.BooleanField(
        _("visitors may attach files"),
        default=False,
        help_text=_("Pictures and PDF. Staff see them; the model is shown them, if it takes pictures."),
    )
    asks_feedback = models.BooleanField(
        _("visitors may say whether an answer helped"),
        default=True,
        help_text=_("By a thumb under each answer. Staff read it in the transcript; what did not help is a gap."),
    )
    hosts = models.JSONField(_("web sites that may show it"), default=list, blank=True, validators=[validate_hosts])
    is_active = models.BooleanField(_("active"), default=True)
    is_default = models.BooleanField(_("on the landing page"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = (
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_agent",
                violation_error_message=_("Another agent is on the landing page. Take it off there first."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new agent gets its brand with it."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            Brand.objects.create(agent=self)

    def get_absolute_url(self) -> str:
        return reverse("chat", args=[self.slug])

    @property
    def system_prompt(self) -> str:
        return self.published_prompt.text if self.published_prompt else ""

    @property
    def starters(self) -> list[str]:
        return [line.strip() for line in self.starter_questions.splitlines() if line.strip()]

    @transaction.atomic
    def publish(self, text: str, *, author: User | None = None, note: str = "") -> PromptVersion:
        """Make `text` the published prompt: a new numbered version, or the present one where nothing changed.

        A gate may hold it (`version.held` says why): then what was published stays, until the gate's app publishes it.
        """
        Agent.objects.select_for_update().get(pk=self.pk)
        if self.published_prompt and self.published_prompt.text == text:
            return self.published_prompt
        version = self._version_of(text, author, note)
        version.held = held(version, author) if self.published_prompt else None
        if version.held is None:
            self.put_in_place(version)
        return version

    def _version_of(self, text: str, author: User | None, note: str) -> PromptVersion:
        """The newest version where it has this text and was held, else a new one."""
        newest = self.prompt_versions.first()
        if newest and newest.text == text:
            newest.agent = self
            return newest
        number = newest.number + 1 if newest else 1
        return self.prompt_versions.create(number=number, text=text, author=author, note=note)

    def put_in_place(self, version: PromptVersion) -> None:
        """Publish a version of this agent's, whatever its gates say; for them."""
        self.published_prompt = version
        self.save(update_fields=["published_prompt", "updated_at"])

    @transaction.atomic
    def duplicate(self, *, author: User | None = None) -> Agent:
        """An inactive copy under a new slug with the published prompt as its version 1; no knowledge, no sessions.

        Other apps copy what is theirs on `agent_duplicated`.
        """
        copy = Agent(
            name=_("%(name)s (copy)") % {"name": self.name[:90]},
            slug=f"{self.slug[:50]}-{uuid.uuid4().hex[:6]}",
            is_active=False,
            **{name: getattr(self, name) for name in self.COPIED},
        )
        copy.save()
        self.brand.copy_to(copy)
        copy.publish(self.system_prompt, author=author, note=_("Copied from %(name)s") % {"name": self.name})
        for fallback in self.fallback_texts.all():
            copy.fallback_texts.create(cause=fallback.cause, text=fallback.text)
        agent_duplicated.send(Agent, source=self, copy=copy)
        return copy


class Brand(models.Model):
    """What an agent's visitors see of the company: its name, logo, look and links. Each agent has one of its own."""

    is_part = True  # of an agent, which is counted itself
    file_words = _("logos")  # for who deletes
    COPIED = ("company", "accent_dark", "radius", "privacy_url", "legal_url", "shows_powered_by", "custom_css")

    class Radius(models.TextChoices):
        NONE = "none", _("square")
        SMALL = "small", _("slightly round")
        MEDIUM = "medium", _("round")
        LARGE = "large", _("very round")

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, related_name="brand", primary_key=True, verbose_name=_("agent")
    )
    company = models.CharField(
        _("company"), max_length=60, blank=True, help_text=_("Without one the agent's name stands in its place.")
    )
    logo = models.FileField(
        _("logo"),
        upload_to="public/logos/",
        blank=True,
        validators=[IMAGE_TYPES, validate_image],
        help_text=_("PNG, JPEG or WebP of at most 512 kB; shown 28 pixels high."),
    )
    accent_dark = models.CharField(
        _("colour in the dark"),
        max_length=7,
        blank=True,
        validators=[HEX_COLOUR],
        help_text=_("Like #94aaff. Leave it out to use the same colour in light and dark."),
    )
    radius = models.CharField(_("corners"), max_length=10, choices=Radius, default=Radius.MEDIUM)
    privacy_url = models.URLField(
        _("privacy policy"), blank=True, help_text=_("Linked from the chat and from the page on privacy in it.")
    )
    legal_url = models.URLField(_("imprint"), blank=True, help_text=_("Linked from the foot of the pages."))
    shows_powered_by = models.BooleanField(_("say “Powered by Salesagent” under the chat"), default=True)
    family = models.CharField(
        _("offered together with"),
        max_length=60,
        blank=True,
        help_text=_(
            "Agents with the same word here are offered to each other's visitors, who also see their conversations with"
            " all of them in one list. Without a word visitors of this agent see no other."
        ),
    )
    custom_css = models.TextField(
        _("own style sheet"),
        max_length=MAX_CSS_CHARS,
        blank=True,
        validators=[validate_css],
        help_text=_("CSS for the chat alone; it comes after ours. Nothing is loaded from other sites."),
    )

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.company or self.agent.name

    @property
    def circle(self) -> str:
        """Names the agents that are offered together with this brand's: what a visitor allows one counts for them."""
        return f"family:{self.family}" if self.family else f"agent:{self.agent_id}"

    @property
    def look(self) -> Look:
        return Look(self.agent.accent, self.accent_dark, self.radius)

    @property
    def theme_url(self) -> str:
        """The address of the style sheet of its colours and corners; another one when they change."""
        return f"{reverse('theme', args=[self.agent.slug])}?v={version(theme(self.look))}"

    @property
    def custom_css_url(self) -> str:
        """The address of staff's own style sheet; "" without one."""
        sheet = within_chat(self.custom_css)
        return f"{reverse('custom_css', args=[self.agent.slug])}?v={version(sheet)}" if sheet else ""

    def copy_to(self, agent: Agent) -> None:
        """Give a new agent the same look, with a logo file of its own; whom it is offered with is not copied."""
        for name in self.COPIED:
            setattr(agent.brand, name, getattr(self, name))
        if self.logo:
            with self.logo.open() as file:
                agent.brand.logo.save(PurePath(str(self.logo)).name, ContentFile(file.read()), save=False)
        agent.brand.save()


class PromptVersion(models.Model):
    """One numbered, immutable text of an agent's system prompt."""

    held: Held | None = None  # of one that somebody has just wanted to publish: why it is not

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="prompt_versions", verbose_name=_("agent"))
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("system prompt"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("-number",)
        verbose_name = _("prompt version")
        verbose_name_plural = _("prompt versions")
        constraints = (models.UniqueConstraint(fields=["agent", "number"], name="prompt_version_number"),)

    def __str__(self) -> str:
        return _("%(agent)s, version %(number)s") % {"agent": self.agent.name, "number": self.number}

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ValueError("A prompt version never changes; publish a new one.")
        super().save(*args, **kwargs)


class FallbackText(models.Model):
    """What an agent says, in its own words, when an answer could not be made for one cause."""

    is_part = True  # of an agent, which is counted itself

    class Cause(models.TextChoices):
        RATE_LIMITED = "rate_limited", _("too many requests")
        TIMED_OUT = "timed_out", _("took too long")
        PROVIDER_ERROR = "provider_error", _("model failed")
        NOT_CONFIGURED = "not_configured", _("no model is set up")

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="fallback_texts", verbose_name=_("agent"))
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    text = models.CharField(_("text"), max_length=500)

    class Meta:
        verbose_name = _("fallback text")
        verbose_name_plural = _("fallback texts")
        constraints = (models.UniqueConstraint(fields=["agent", "cause"], name="fallback_text_cause"),)

    def __str__(self) -> str:
        return self.text
