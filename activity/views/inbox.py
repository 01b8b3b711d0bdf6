"""The inbox: what a person was told, and what they have read of it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ..models.messages import Message

# So many messages are some years of one unit.
SHOWN = 100


@require_safe
def inbox(request):
    """The last messages, newest first; none for an administrator without a unit."""
    listed = list(Message.objects.of(request.user)[:SHOWN])
    context = {
        "inbox": listed,
        "last": max((message.pk for message in listed), default=0),
        "unread": any(message.read_at is None for message in listed),
        "is_sample": any(message.step.unit_return.is_sample for message in listed if message.step),
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
    """Mark all as read that the page showed; what has come since is new."""
    last = request.POST.get("last", "")
    if last.isdecimal() and len(last) < 19:
        Message.objects.filter(person=request.user.pk, pk__lte=int(last)).mark_read()
    return redirect("inbox")
