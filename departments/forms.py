"""Forms of the account pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.forms import PasswordChangeForm as DjangoPasswordChangeForm
from django.core.exceptions import ValidationError
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

from departments.models import ApiToken
from departments.models.token import LONGEST, USUAL, issue


class SignInForm(AuthenticationForm):
    """What no account can be called (a NUL, more than 150 characters) is refused before it reaches the records."""

    username = UsernameField(max_length=150, widget=TextInput(attrs={"autofocus": True}))

    error_messages = {
        "invalid_login": _("The user name or the password is wrong."),
        "inactive": _("The user name or the password is wrong."),
    }


class PasswordChangeForm(DjangoPasswordChangeForm):
    """Ends the forced first change."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        new = cleaned.get("new_password1")
        if new and self.user.check_password(new):
            self.add_error(
                "new_password1", ValidationError(_("Choose a password you have not used here."), code="same")
            )
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = False
        return super().save(commit)


class TokenForm(forms.Form):
    """A new access token. What the database refuses stands beside the name."""

    name = forms.CharField(
        label=_("Name of the token"), max_length=60, help_text=_("What it is for: the name of your system, say.")
    )
    write = forms.BooleanField(
        label=_("May also write"),
        required=False,
        help_text=_("Without this it only reads. With it, it may do everything that you may do."),
    )
    days = forms.IntegerField(
        label=_("Valid for (days)"),
        initial=USUAL,
        min_value=1,
        max_value=LONGEST,
        help_text=_("1 to 365. Make a new one before this one ends."),
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.user.auth_token_set.filter(name=name).exists():
            raise ValidationError(_("You have a token of this name already."), code="unique")
        return name

    def save(self) -> tuple[ApiToken, str]:
        given = self.cleaned_data
        return issue(self.user, given["name"], read_only=not given["write"], days=given["days"])
