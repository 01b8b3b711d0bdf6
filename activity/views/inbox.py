"""The inbox: what a person was told, and what they have read of it."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ..models.messages import Message

PER_PAGE = 50


@require_safe
def inbox(request):
    """The messages, newest first, page by page; none for an administrator without a unit."""
    page = Paginator(Message.objects.of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "shown": " ".join(str(message.pk) for message in page),
        "unread": any(message.read_at is None for message in page),
        "is_sample": any(message.step.unit_return.is_sample for message in page if message.step),
    }
    return render(request, "activity/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def inbox_open(request, pk):
    """Mark one message as read and lead to its return; a look at the address alone marks nothing."""
    if request.method != "POST":
        return redirect("inbox")
    message = get_object_or_404(Message.objects.of(request.user), pk=pk)
    Message.objects.filter(pk=message.pk).mark_read()
    return redirect(message)


@require_http_methods(["GET", "HEAD", "POST"])
def inbox_read(request):
    """Mark as read what the page showed; what has come since is new."""
    shown = request.POST.get("shown", "").split()[:PER_PAGE]
    numbers = [int(pk) for pk in shown if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    Message.objects.filter(person=request.user.pk, pk__in=numbers).mark_read()
    return redirect("inbox")
