"""The portal's addresses, and the floor: nothing but the session and the user, behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def floor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"floor {request.user.username}", content_type="text/plain")


urlpatterns = [path("floor/", floor, name="floor"), path("", include("metrology_plan.urls"))]

handler400 = "metrology_plan.errors.bad_request"
handler403 = "metrology_plan.errors.permission_denied"
handler404 = "metrology_plan.errors.not_found"
handler500 = "metrology_plan.errors.failed"
