"""The optional e-mail: what stands in the inbox is mailed once, and what the mail server does loses no message."""

import datetime
import runpy
from smtplib import SMTPRecipientsRefused

import pytest
from django.conf import settings as current
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from activity.mail import MAILED_WITHIN, mail_messages
from activity.models import Message, UnitReturn
from activity.models.choices import Status
from activity.models.messages import MessageQuerySet, settle_what_is_done

from .factories import made_message, made_return, sent_back, taken_to

pytestmark = pytest.mark.django_db

REASON = "Vụ 12/HS: số đối tượng chưa khớp."


@pytest.fixture
def mailing(settings):
    settings.EMAIL_URL = "smtp://mail.example"


@pytest.fixture
def told(mailing, post, quarter, staff, head, commander):
    """Staff and head were told of a send-back, and both have an address; the quarter is closed and reminds nobody."""
    for person in (staff, head):
        person.email = f"{person.username}@bdbp.example"
        person.save()
    sent_back(made_return(post, quarter), by=commander, reason=REASON)
    quarter.closed = True
    quarter.save()


def mailed():
    return sorted(address for message in mail.outbox for address in message.to)


@pytest.fixture
def refuses(monkeypatch):
    """A mail server that does not know somebody, until it does."""
    unknown = {"staff@bdbp.example"}
    send = EmailBackend.send_messages

    def send_some(backend, messages):
        for message in messages:
            if unknown & set(message.to):
                raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown")})
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_some)
    return unknown


def test_without_the_setting_nothing_is_mailed(told, settings):
    settings.EMAIL_URL = ""
    assert mail_messages() == (0, [])
    assert mailed() == []
    assert not Message.objects.exclude(mailed_at=None).exists()


def test_a_message_is_mailed_once_however_often_the_command_runs(told, capsys):
    for _run in range(3):
        call_command("send_reminders")
    assert mailed() == ["head@bdbp.example", "staff@bdbp.example"]
    assert "E-mails: 2." in capsys.readouterr().out


def test_a_mail_is_vietnamese_plain_text_that_says_what_happened_and_not_why(told):
    mail_messages()
    written = mail.outbox[0]
    assert written.subject == "Đồn BPCK Trà Lĩnh: Báo cáo quý I/2024 đã được trả lại để sửa."
    assert "Đồn Biên phòng Cửa khẩu Trà Lĩnh" in written.body and "Mở phần mềm" in written.body
    assert "12/HS" not in written.body
    assert written.from_email == current.DEFAULT_FROM_EMAIL


def test_who_has_no_address_is_read_in_the_inbox_alone(told, staff):
    staff.email = ""
    staff.save()
    assert mail_messages() == (1, [])
    assert mailed() == ["head@bdbp.example"]


def test_what_was_read_already_is_not_mailed(told, staff):
    Message.objects.filter(person=staff).mark_read()
    mail_messages()
    assert mailed() == ["head@bdbp.example"]


def test_a_reminder_is_not_mailed_once_the_return_is_handed_in(told, quarter, staff):
    Message.objects.all().delete()
    made_message(staff, quarter)
    settle_what_is_done(UnitReturn.objects.get())
    assert mail_messages() == (0, [])


def test_who_was_switched_off_or_moved_since_is_not_mailed(told, staff, head, other_post):
    staff.is_active, head.unit = False, other_post
    staff.save(), head.save()
    assert mail_messages() == (0, [])


@pytest.mark.parametrize(("older", "count"), [(-1, 2), (1, 0)])
def test_what_is_too_old_is_not_mailed_any_more(told, older, count):
    at = timezone.now() - MAILED_WITHIN - datetime.timedelta(minutes=older)
    Message.objects.update(at=at)
    assert mail_messages() == (count, [])


def test_an_address_that_the_server_refuses_stops_nobody_else_s_mail(told, refuses, staff, capsys):
    with pytest.raises(CommandError, match="stand in the application") as failed:
        call_command("send_reminders")
    assert failed.value.returncode == 1
    said = capsys.readouterr()
    assert "E-mails: 1." in said.out and "staff: " in said.err and "unknown" in said.err
    assert mailed() == ["head@bdbp.example"]
    assert Message.objects.filter(person=staff).unread().count() == 1


def test_what_was_refused_is_mailed_by_the_next_run(told, refuses):
    mail_messages()
    refuses.clear()
    assert mail_messages() == (1, [])
    assert mailed() == ["head@bdbp.example", "staff@bdbp.example"]


def test_a_server_that_does_not_answer_is_said_and_all_is_mailed_later(told, monkeypatch, capsys):
    def silent(_backend):
        raise ConnectionRefusedError("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "open", silent)
        with pytest.raises(CommandError):
            call_command("send_reminders")
    assert "no answer" in capsys.readouterr().err
    assert Message.objects.filter(mailed_at=None).count() == 2
    assert mail_messages() == (2, [])


def test_a_run_that_breaks_off_mails_nothing_twice(told, monkeypatch):
    def breaks_off(_backend, _messages):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            mail_messages()
    mail_messages()
    assert len(mailed()) == 1
    assert Message.objects.unread().count() == 2


def test_of_two_runs_that_have_the_same_list_one_mails_each(told, monkeypatch):
    stale = list(Message.objects.to_mail(timezone.now() - MAILED_WITHIN))
    monkeypatch.setattr(MessageQuerySet, "to_mail", lambda messages, since: stale)
    assert [mail_messages(), mail_messages()] == [(2, []), (0, [])]
    assert len(mailed()) == 2


def test_without_the_claim_both_runs_would_mail_all(told, monkeypatch):
    stale = list(Message.objects.to_mail(timezone.now() - MAILED_WITHIN))
    monkeypatch.setattr(MessageQuerySet, "to_mail", lambda messages, since: stale)
    monkeypatch.setattr(MessageQuerySet, "claim", lambda messages: 1)
    mail_messages(), mail_messages()
    assert len(mailed()) == 4


def test_pressing_a_button_mails_nothing_by_itself(mailing, post, quarter, staff):
    staff.email = "staff@bdbp.example"
    staff.save()
    taken_to(Status.APPROVED, made_return(post, quarter))
    assert mailed() == []


# The setting.


def settings_with(monkeypatch, url):
    monkeypatch.setenv("EMAIL_URL", url)
    return runpy.run_path(str(current.BASE_DIR / "config" / "settings.py"))


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", ("localhost", 25, "", "", False, False)),
        ("smtp://mail.bdbp.example", ("mail.bdbp.example", 25, "", "", False, False)),
        ("smtps://a:b%40c@mail.bdbp.example", ("mail.bdbp.example", 465, "a", "b@c", True, False)),
        ("smtp+tls://a@mail.bdbp.example:2525", ("mail.bdbp.example", 2525, "a", "", False, True)),
    ],
)
def test_the_mail_server_is_read_from_one_address(monkeypatch, url, server):
    found = settings_with(monkeypatch, url)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(found[f"EMAIL_{name}"] for name in names) == server
    assert found["EMAIL_URL"] == url


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://a:geheim@mail:x", "smtp://[::1"]
)
def test_a_mail_server_that_cannot_be_read_stops_the_start_without_repeating_its_password(monkeypatch, url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like") as refused:
        settings_with(monkeypatch, url)
    assert "geheim" not in str(refused.value)
