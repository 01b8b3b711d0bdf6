"""`manage.py send_reminders`: tell the units of what is due; safe to run twice a day, or ten times."""

from django.core.management import BaseCommand, CommandError

from activity.mail import mail_messages
from activity.reminders import send_reminders


class Command(BaseCommand):
    help = "Writes the reminders of today that are not written yet and, where EMAIL_URL is set, mails new messages."

    def handle(self, **options):
        reminders = send_reminders()
        mails, failures = mail_messages()
        self.stdout.write(f"New reminders: {reminders}. E-mails: {mails}.")
        for failure in failures:
            self.stderr.write(failure)
        if failures:
            raise CommandError(
                "Not everything was mailed; the messages stand in the application, and the next run tries again."
            )
