"""Every address of the portal."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path

from departments.views import account, feeds, tokens
from departments.views.signin import SignIn
from metrology_plan.api import problems
from tasks.views.calendar import calendar
from tasks.views.dashboard import dashboard

urlpatterns = [
    path("", dashboard, name="home"),
    path("login/", login_not_required(SignIn.as_view()), name="login"),
    path("logout/", login_not_required(LogoutView.as_view()), name="logout"),
    path("language/", account.language, name="language"),
    path("account/", account.account, name="account"),
    path("account/password/", account.PasswordChange.as_view(), name="password_change"),
    path("account/sign-out-everywhere/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/tokens/", tokens.add, name="token_add"),
    path("account/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("account/calendar/", feeds.issue, name="calendar_issue"),
    path("account/calendar/revoke/", feeds.revoke, name="calendar_revoke"),
    path("calendar/<str:secret>.ics", calendar, name="calendar"),
    path("departments/", include("departments.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("metrology_plan.api.urls")),
    re_path("^api/", problems.nobody),
    path("", include("tasks.urls")),
]

handler400 = "metrology_plan.errors.bad_request"
handler403 = "metrology_plan.errors.permission_denied"
handler404 = "metrology_plan.errors.not_found"
handler500 = "metrology_plan.errors.failed"
