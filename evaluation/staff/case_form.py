"""The admin's form for a case: one phrase on each line, and the conversation before the question as text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.case_files import MAX_FILE_BYTES
from evaluation.models import Case, require_expectation, validate_history, validate_phrases
from lib.text import clean

MARKS = {"user": gettext_lazy("Visitor:"), "assistant": gettext_lazy("Agent:")}


class PhrasesField(forms.CharField):
    """A list of phrases, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in clean(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        super().validate(value)
        validate_phrases(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class HistoryField(forms.CharField):
    """Turns, each of which begins with a line “Visitor:” or “Agent:”."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{MARKS[turn['role']]} {turn['text']}" for turn in value)

    def to_python(self, value: Any) -> Any:
        turns: list[dict[str, str]] = []
        for line in clean(value or "").splitlines():
            role = next((role for role, mark in MARKS.items() if line.strip().startswith(str(mark))), None)
            if role:
                turns.append({"role": role, "text": line.strip()[len(str(MARKS[role])) :].strip()})
            elif turns:
                turns[-1]["text"] = f"{turns[-1]['text']}\n{line}".strip()
            elif line.strip():
                marks = {"visitor": MARKS["user"], "agent": MARKS["assistant"]}
                raise ValidationError(_("Begin each turn with “%(visitor)s” or “%(agent)s”.") % marks)
        return turns

    def validate(self, value: Any) -> None:
        super().validate(value)
        validate_history(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return list(initial or []) != self.to_python(data)
        except ValidationError:
            return True


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"})


class CaseForm(forms.ModelForm):
    history = HistoryField(
        label=gettext_lazy("Said before"),
        required=False,
        widget=_lines(4),
        help_text=gettext_lazy(
            "Leave it empty for a first question. Begin each turn with “Visitor:” or “Agent:”."
            " Take out what tells who the visitor is."
        ),
    )
    must = PhrasesField(
        label=gettext_lazy("The answer must say"),
        required=False,
        widget=_lines(3),
        help_text=gettext_lazy(
            "One phrase a line; each must be in the answer. Short ones are best: “$2,400”, “30 days”. Upper and lower"
            " case are the same. Between slashes it is a pattern: /30.days?/"
        ),
    )
    must_not = PhrasesField(
        label=gettext_lazy("The answer must not say"),
        required=False,
        widget=_lines(3),
        help_text=gettext_lazy("One phrase a line; none of them may be in the answer: a wrong price, a rival's name."),
    )

    class Meta:
        model = Case
        fields = ("agent", "question", "history", "must", "must_not", "cites", "refuses")
        widgets = {"question": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})}
        help_texts = {
            "question": gettext_lazy("As a visitor would ask it, spelling mistakes and all."),
            "cites": gettext_lazy("The answer must name each of these documents as a source."),
            "refuses": gettext_lazy("For what the knowledge does not hold: the agent must not make up an answer."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        cites = data.get("cites") or ()
        agent = data.get("agent")
        if agent and (others := [document.name for document in cites if document.agent_id != agent.pk]):
            words = _("“%(document)s” is no document of %(agent)s.")
            self.add_error("cites", words % {"document": others[0], "agent": agent})
        if not self.errors:
            require_expectation(data["must"], data["must_not"], cites, refuses=data["refuses"])
        return data


class CaseFileForm(forms.Form):
    """A file of cases."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        help_text=gettext_lazy("YAML as the download has it. A case with a question that is there is replaced."),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(_("The file is larger than 2 MB."))
        found: bytes = file.read()
        return found
