"""The admin's form for a website: where it is, and which of its pages are read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from knowledge.models import Website
from knowledge.websites import adding
from knowledge.websites.addresses import patterns_of
from knowledge.websites.fetching import NotFetched, checked_url


class WebsiteForm(forms.ModelForm):
    class Meta:
        model = Website
        fields = ("agent", "url", "include", "exclude", "every_hours", "max_pages")
        widgets = {
            "url": forms.URLInput(attrs={"class": "vURLField", "placeholder": "https://www.example.com/"}),
            "include": forms.Textarea(attrs={"rows": 3}),
            "exclude": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, least, most in (("every_hours", 0, adding.MAX_HOURS), ("max_pages", 1, adding.MAX_PAGES)):
            if name in self.fields:  # not there for those who may only look
                field = self.fields[name]
                field.min_value, field.max_value = least, most  # type: ignore[attr-defined]
                field.widget.attrs |= {"min": least, "max": most}

    def clean_url(self) -> str:
        try:
            address = adding.address(self.cleaned_data["url"])
            checked_url(address, private=settings.FETCH_PRIVATE)
        except (adding.CannotAdd, NotFetched) as error:
            raise ValidationError(str(error)) from None
        return address

    def clean_include(self) -> str:
        return _patterns(self.cleaned_data["include"])

    def clean_exclude(self) -> str:
        return _patterns(self.cleaned_data["exclude"])

    def clean_every_hours(self) -> int:
        return _between(self.cleaned_data["every_hours"], 0, adding.MAX_HOURS)

    def clean_max_pages(self) -> int:
        return _between(self.cleaned_data["max_pages"], 1, adding.MAX_PAGES)


def _patterns(text: str) -> str:
    patterns = patterns_of(text)
    if len(patterns) > adding.MAX_PATTERNS:
        raise ValidationError(_("At most %(most)s lines.") % {"most": adding.MAX_PATTERNS})
    return "\n".join(patterns)


def _between(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValidationError(_("From %(least)s to %(most)s.") % {"least": least, "most": f"{most:,}"})
    return number
