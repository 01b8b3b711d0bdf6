"""Every address of the application. Only those of the first group answer without signing in."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path, register_converter
from django.views.i18n import set_language

from activity.converters import KindConverter, QuarterConverter

from .views import PasswordChange, SignIn, admin_door, healthz, shown_again

register_converter(QuarterConverter, "quarter")
register_converter(KindConverter, "kind")

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="login"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("shown-again/", shown_again, name="shown_again"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("password/", PasswordChange.as_view(), name="password_change"),
    path("", include("reports.urls")),
    path("", include("activity.urls")),
    path("admin/login/", admin_door, name="admin_door"),
    path("admin/password_change/", admin_door, {"to": "password_change"}, name="admin_password"),
    path("admin/", admin.site.urls),
]
