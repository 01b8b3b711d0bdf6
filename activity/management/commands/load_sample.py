"""`manage.py load_sample`: a sample province in an empty database."""

import os
import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from ...models import Quarter, Unit, UnitReturn, User
from ...sample.load import load_province
from ...sample.province import ACCOUNTS


class Command(BaseCommand):
    help = "Fill an empty database with a sample province: units, quarters, accounts, records and returns."

    def add_arguments(self, parser):
        parser.add_argument(
            "--invented-history", action="store_true", help="with a merger and a split of posts, which are made up"
        )

    def handle(self, *args, invented_history=False, **options):
        with transaction.atomic():
            refuse_a_database_with_data()
            password = settings.SAMPLE_PASSWORD or kept_password()
            load_province(timezone.localdate(), password, invented=invented_history)
        self.stdout.write("The sample province is loaded. Its accounts:")
        for name, _role, unit, *words in ACCOUNTS:
            self.stdout.write(f"  {name:<10} {' '.join(words)}{f' ({unit})' if unit else ''}")
        place = "as SAMPLE_PASSWORD says" if settings.SAMPLE_PASSWORD else f"kept in {settings.SAMPLE_PASSWORD_FILE}"
        self.stdout.write(f"They share one password, {place}.")


def refuse_a_database_with_data():
    """Raise CommandError where somebody has begun to work: sample and real figures never mix."""
    work = {"units": Unit, "quarters": Quarter, "users": User, "returns": UnitReturn}
    for words, model in work.items():
        if model._default_manager.exists():
            raise CommandError(f"The sample goes into an empty database only; this one holds {words} already.")


def kept_password() -> str:
    """Make up a password and keep it in a file that its owner alone can read; return it."""
    path = settings.SAMPLE_PASSWORD_FILE
    path.unlink(missing_ok=True)  # so that the mode below is the file's
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password := secrets.token_urlsafe(9))
    return password
