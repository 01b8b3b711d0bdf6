"""What every request carries: the policy of what a page may load, the language chosen, who is signed in and acts."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.urls import reverse
from django.utils import translation

from activity.kept import carried
from activity.models.history import Way, acting

from .views import asked_to_sign_in


class SignedIn(LoginRequiredMiddleware):
    """Everything is closed to people who have not signed in; a form that they send is not lost (`activity.kept`)."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST" and carried(request):
            return asked_to_sign_in(request, status=401)
        return super().handle_no_permission(request, view_func)


def content_security_policy(get_response):
    """Send ``SECURE_CSP`` (Django 6's name and form) with every answer."""
    policy = "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items())

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware


def chosen_language(get_response):
    """Answer in the language of the person's cookie, else in Vietnamese; the browser's own wish is ignored."""
    languages = dict(settings.LANGUAGES)

    def middleware(request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.LANGUAGE_CODE = chosen if chosen in languages else settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            response = get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


def who_acts(get_response):
    """Let the history know who changes what during a request, and whether on the pages or in the admin."""

    def middleware(request):
        in_admin = request.path_info.startswith(reverse("admin:index"))
        with acting(request.user, Way.ADMIN if in_admin else Way.PAGE):
            return get_response(request)

    return middleware
