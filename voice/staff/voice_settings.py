"""The voice section of an agent's page in the admin: settings, pronunciations, a sample."""

from __future__ import annotations

from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agents.models import Agent
from agents.staff.agent_pages import AgentAdmin
from agents.staff.sections import FormPart
from lib.staff.cells import Tone, badge
from voice.errors import SpeechUnavailable
from voice.models import AgentVoice, Pronunciation, settings_of
from voice.notices import language_name
from voice.providers import ProviderState
from voice.staff.sample import sample
from voice.stt import chain as ears
from voice.tts import chain as voices


class VoiceForm(forms.ModelForm):
    class Meta:
        model = AgentVoice
        fields = ("name", "speed", "language", "spoken_greeting", "may_dictate")
        help_texts: ClassVar[Any] = {
            "name": gettext_lazy("A voice of your speech provider. Leave it empty to use the provider's default."),
            "spoken_greeting": gettext_lazy(
                "Said when a live conversation begins. Leave it empty to say the written greeting."
            ),
        }


class VoiceInline(admin.StackedInline):
    model = AgentVoice
    section = FormPart.VOICE
    form = VoiceForm
    fields = (("name", "speed", "language"), "spoken_greeting", "may_dictate", "listen", "providers")
    readonly_fields = ("listen", "providers")
    can_delete = False
    min_num = max_num = 1
    verbose_name_plural = gettext_lazy("Voice")

    @admin.display(description=gettext_lazy("how it sounds"))
    def listen(self, voice: AgentVoice) -> SafeString | str:
        """A player for the greeting in the saved voice."""
        if not voice.agent_id:
            return _("Save the agent first; then you can listen to it here.")
        url = reverse("admin:agents_agent_voice_sample", args=[voice.agent_id])
        label = _("The greeting, spoken as saved")
        return format_html('<audio controls preload="none" src="{}" aria-label="{}"></audio>', url, label)

    @admin.display(description=gettext_lazy("what is set up"))
    def providers(self, voice: AgentVoice) -> SafeString:
        """The providers in the order in which they are asked, and what to do about one that does not work."""
        rows = [(_("Listens"), state) for state in ears.status()] + [(_("Speaks"), state) for state in voices.status()]
        listed = format_html_join("", "<p>{}: {} {} {}</p>", [(what, *_cells(state)) for what, state in rows])
        return format_html("{}{}", _unheard(voice.language), listed)


class PronunciationInline(admin.StackedInline):  # not a table: Django gives the fields of a table no labels
    model = Pronunciation
    section = FormPart.VOICE
    fields = (("word", "spoken"),)
    extra = 0
    verbose_name_plural = gettext_lazy("How words are said")
    add_text = gettext_lazy("Add a word")


class AgentWithVoiceAdmin(AgentAdmin):
    """The page of an agent with its voice."""

    inlines: ClassVar[Any] = (*AgentAdmin.inlines, VoiceInline, PronunciationInline)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.voice_sample_view)
        return [path("<uuid:pk>/voice/sample.mp3", view, name="agents_agent_voice_sample"), *super().get_urls()]

    @method_decorator(require_safe)
    def voice_sample_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The greeting as the agent says it, an MP3; 503 with the reason where there is no voice."""
        agent = get_object_or_404(Agent, pk=pk)
        if not self.has_view_permission(request, agent):
            raise PermissionDenied
        try:
            mp3 = async_to_sync(sample)(settings_of.sync(agent.pk))
        except SpeechUnavailable:
            return HttpResponse(_("There is no voice at the moment."), status=503, content_type="text/plain")
        return HttpResponse(mp3, content_type="audio/mpeg", headers={"Cache-Control": "no-store"})


def _unheard(language: str) -> SafeString | str:
    """Why visitors get no microphone although a provider works, and what to do; "" if they get one."""
    if ears.hears(language):
        return ""
    told = _(
        "Visitors are not offered the microphone: nobody below who listens understands %(language)s. Run"
        " “make multilingual”, or set OPENAI_API_KEY or SMALLEST_API_KEY, and restart; or choose another language."
    ) % {"language": language_name(language)}
    return format_html("<p>{} {}</p>", badge(_("not heard"), Tone.WAITING), told)


def _cells(state: ProviderState) -> tuple[str, SafeString, str]:
    if not state.is_ready:
        return state.name, badge(_("not set up")), state.detail
    if not state.is_healthy:
        return state.name, badge(_("failing"), Tone.WAITING), state.detail
    return state.name, badge(_("ready"), Tone.SUCCESS), ""


admin.site.unregister(Agent)
admin.site.register(Agent, AgentWithVoiceAdmin)
