"""The admin's form for a document: its text pasted, or read from an uploaded file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.adding import name_of
from knowledge.ingestion.extract import ACCEPT, read
from knowledge.ingestion.refusals import Unreadable, unreadable
from knowledge.models import Document
from knowledge.websites.adding import MAX_HOURS
from lib.text import clean


class DocumentForm(forms.ModelForm):
    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy(
            "Text, Markdown, HTML, PDF, Word, Excel, PowerPoint, OpenDocument, RTF, EPUB or CSV. Its text replaces the "
            "text below."
        ),
    )

    class Meta:
        model = Document
        fields = ("agent", "name", "text", "every_hours")
        widgets = {"text": forms.Textarea(attrs={"rows": 20, "class": "prompt-editor"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:  # not there for those who may only look
            self.fields["name"].required = False
            self.fields["name"].help_text = _("Leave it empty to use the title in the text, or the file's name.")

    @property
    def has_other_text(self) -> bool:
        """Whether the text is another one than before; browsers send other line ends."""
        return clean(self.initial.get("text") or "") != self.cleaned_data["text"]

    def clean_upload(self) -> UploadedFile | None:
        file = self.cleaned_data.get("upload")
        if file is None:
            return None
        try:
            self.uploaded_text = read(file, file.name or "").text
        except Unreadable as error:
            raise ValidationError(str(error)) from None
        file.seek(0)
        return file

    def clean_every_hours(self) -> int:
        hours = self.cleaned_data["every_hours"]
        if hours > MAX_HOURS:
            raise ValidationError(_("From 0 to %(most)s.") % {"most": f"{MAX_HOURS:,}"})
        return hours

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("upload"):
            data["text"] = self.uploaded_text
        elif "upload" not in self.errors:
            data["text"] = clean(data.get("text", ""))
            if not data["text"]:
                self.add_error("text", _("Paste a text, or choose a file."))
            elif len(data["text"]) > settings.MAX_DOCUMENT_CHARACTERS:
                self.add_error("text", str(unreadable("long")))
        file_name = getattr(data.get("upload"), "name", "")
        data["name"] = data.get("name") or name_of(data.get("text", ""), file_name)
        return data
