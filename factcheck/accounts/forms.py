"""What people type to come in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """Six digits of an app, or a recovery code. Pasting and password managers fill it in too."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
                "size": 24,
            }
        ),
    )

    def refuse(self, message: Any) -> None:
        self.add_error("code", message)
