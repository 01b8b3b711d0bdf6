"""Signing in (again, with what was typed), answers about the installation itself, and the door of the admin."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activity.kept import carried, shown_at
from activity.models.choices import UnitKind
from activity.models.history import Stale
from activity.models.units import Unit
from activity.permissions import may_at_all


class SignInForm(AuthenticationForm):
    """Django's own, which answers at a field, so that the summary of errors leads there: the password is gone."""

    def get_invalid_login_error(self):
        return ValidationError({"password": super().get_invalid_login_error()})


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page under the name of the command; who has signed in already goes on to their own start."""

    authentication_form = SignInForm

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            return shown_again(request)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        """Go on to the page that was asked for; with what was typed there before, where this page carried it."""
        answer = super().form_valid(form)
        address = shown_at(self.request, self.request.POST.get("typed", ""))
        return redirect(address) if address else answer

    def get_context_data(self, **kwargs):
        context = {"command": Unit.objects.filter(kind=UnitKind.COMMAND).first(), "typed": carried(self.request)}
        return super().get_context_data(**context | kwargs)


class PasswordChange(PasswordChangeView):
    """One's own password; where the account was changed at the same moment, it is asked for again."""

    success_url = "/"

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except Stale:
            form.add_error(None, _("Your account was changed at this very moment. Nothing was saved; type it again."))
            return self.form_invalid(form)


def asked_to_sign_in(request, status: int):
    """The sign-in page in answer to a form of somebody who was signed out meanwhile; it carries what was typed."""
    page = SignIn()
    page.setup(request)
    context = page.get_context_data(form=page.get_form_class()(request))
    return render(request, "registration/login.html", context, status=status)


def shown_again(request):
    """Lead to the form that was not taken, with what was typed in it; nothing is saved or done."""
    return redirect(shown_at(request, request.POST.get("typed", "")) or "start")


def refused_token(request, reason=""):
    """Answer to a form whose token is not that of the browser: it was open before somebody signed in again.

    What was typed is handed on, unless the form came from another site; nothing is done with it.
    """
    is_ours = reason == REASON_NO_CSRF_COOKIE or reason.startswith("CSRF token from POST")
    typed = carried(request) if is_ours else ""
    if typed and not request.user.is_authenticated:
        return asked_to_sign_in(request, status=403)
    return render(request, "403_csrf.html", {"typed": typed}, status=403)


@login_not_required
@require_safe
def healthz(request):
    """Answer `ok`, or 503 where the database does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def admin_door(request, to="admin:index"):
    """Stand where the admin has a page of its own for signing in or changing one's password: lead to what is ours."""
    if not may_at_all(request.user, "administer"):
        raise PermissionDenied
    return redirect(to)
