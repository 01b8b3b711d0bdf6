"""Answers about the installation itself, and the door of the admin."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from activity.models.units import Unit
from activity.permissions import may_at_all


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page under the name of the command; who has signed in already goes on to their own start."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            return redirect("start")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, command=Unit.objects.filter(parent=None).first())


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
def admin_door(request):
    """Stand where the admin has a sign-in page of its own: whom it sends here has signed in on ours already."""
    if not may_at_all(request.user, "administer"):
        raise PermissionDenied
    return redirect("admin:index")
