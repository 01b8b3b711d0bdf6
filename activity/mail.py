"""The optional e-mail: what stands in the inbox is mailed too, to people who have an address."""

import datetime
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone, translation
from django.utils.translation import gettext

from .dates import short_date
from .models.messages import Message

# What could not be mailed for so long is mailed no more: the next reminder is near. Nor is all that stood in the
# inboxes before the setting was made.
MAILED_WITHIN = datetime.timedelta(days=3)


def mail_messages() -> tuple[int, list[str]]:
    """Mail what is neither read nor mailed; return how many mails went, and in words what failed.

    A message is marked before it is sent and the mark is taken back where the server refuses: a run that breaks off
    loses one mail and repeats none; only what a server took without saying so goes twice. The message itself stands
    in the inbox whatever becomes of its mail.
    """
    if not settings.EMAIL_URL:
        return 0, []
    waiting = list(Message.objects.to_mail(timezone.now() - MAILED_WITHIN))
    if not waiting:
        return 0, []
    server = get_connection()
    try:
        server.open()
    except OSError as failure:
        return 0, [str(failure)]
    try:
        ends = [_mail(message, server) for message in waiting]
    finally:
        with suppress(OSError):  # what it says at parting changes nothing
            server.close()
    return ends.count(""), [end for end in ends if end]


def _mail(message: Message, server) -> str | None:
    """Mail one message; return what failed, "" where nothing did, None where another run had it."""
    this = Message.objects.filter(pk=message.pk)
    if not this.claim():
        return None
    try:
        _written(message, server).send()
    except (OSError, ValueError) as failure:
        this.update(mailed_at=None)
        return f"{message.person.username}: {failure}"
    return ""


def _written(message, server) -> EmailMessage:
    """The mail: it says what happened, and never why, since figures and reasons stay in the application."""
    with translation.override(settings.LANGUAGE_CODE):
        return EmailMessage(
            subject=f"{message.unit}: {message.words}",
            body="\n\n".join(
                [
                    f"{message.unit.name}, {short_date(message.day)}",
                    message.words,
                    gettext("Open the application to read more; this mail is not answered."),
                ]
            ),
            to=[message.person.email],
            connection=server,
        )
