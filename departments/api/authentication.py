"""Signing in to the API: a personal token, or the session of the portal's own pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.crypto import hash_token
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import SAFE_METHODS

from departments.models import ApiToken

SCHEMES = {"bearer", "token"}


class PersonalToken(BaseAuthentication):
    """`Authorization: Bearer <text>`, or `Token <text>`. A read-only token refuses every write."""

    def authenticate(self, request: Any) -> Any:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        token = self.find(text.strip())
        if token is None or token.is_expired or not token.user.is_active:
            raise exceptions.AuthenticationFailed(_("This token is not valid: wrong, expired or revoked."))
        refuse_unfinished(token.user)
        if token.read_only and request.method not in SAFE_METHODS:
            raise exceptions.PermissionDenied(_("This token may only read."))
        token.note_use()
        return token.user, token

    def find(self, text: str) -> ApiToken | None:
        """Looked up by the hash, which nobody can guess. Expired ones stay: their owner sees why it stopped."""
        return ApiToken.objects.select_related("user__department").filter(digest=hash_token(text)).first()

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class PortalSession(SessionAuthentication):
    def authenticate(self, request: Any) -> Any:
        signed_in = super().authenticate(request)
        if signed_in is not None:
            refuse_unfinished(signed_in[0])
        return signed_in

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(_("Writing with a session needs the header X-CSRFToken.")) from error


def refuse_unfinished(user: Any) -> None:
    """An account made by somebody else opens nothing until its owner has chosen a password."""
    if user.must_change_password:
        raise exceptions.PermissionDenied(_("Choose a password of your own first."))


class PersonalTokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names it."""

    target_class = PersonalToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal token; they are made on /account/."}


class PortalSessionScheme(OpenApiAuthenticationExtension):
    target_class = PortalSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
