"""Django's command, closed: what a fixture brings would pass by the steps of a return, its rules and the history."""

from django.core.management import CommandError
from django.core.management.commands import loaddata


class Command(loaddata.Command):
    help = "Refused: rows are entered in the application; a whole database is brought back from its backup."

    def handle(self, *fixtures, **options):
        raise CommandError("A fixture would pass by the history and change what is approved. Nothing was loaded.")
