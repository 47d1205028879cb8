"""Signing in to the API: a personal token, or the session of the portal's own pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import SAFE_METHODS


class PersonalToken(TokenAuthentication):
    """`Authorization: Token <text>`. A read-only token refuses every write."""

    def authenticate(self, request: Any) -> Any:
        signed_in = super().authenticate(request)
        if signed_in is None:
            return None
        user, token = signed_in
        if token.read_only and request.method not in SAFE_METHODS:
            raise exceptions.PermissionDenied(_("This token may only read."))
        refuse_unfinished(user)
        token.note_use()
        return user, token

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise exceptions.AuthenticationFailed(_("This token is not valid."))
        return super().authenticate_credentials(token)


class PortalSession(SessionAuthentication):
    def authenticate(self, request: Any) -> Any:
        signed_in = super().authenticate(request)
        if signed_in is not None:
            refuse_unfinished(signed_in[0])
        return signed_in


def refuse_unfinished(user: Any) -> None:
    """An account made by somebody else opens nothing until its owner has chosen a password."""
    if user.must_change_password:
        raise exceptions.PermissionDenied(_("Choose a password of your own first."))


class PersonalTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = PersonalToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <text>`; tokens are made on /account/.",
        }


class PortalSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = PortalSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
