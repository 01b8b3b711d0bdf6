"""People: how they are called, and what only their role decides."""

import pytest

from activity.models import User
from activity.models.choices import Role

from .factories import made_user


def test_a_full_name_begins_with_the_family_name():
    assert User(last_name="Nông Văn", first_name="Bình").get_full_name() == "Nông Văn Bình"


@pytest.mark.django_db
def test_only_the_role_opens_the_administration(post):
    user = made_user(Role.STAFF, post)
    user.is_staff = user.is_superuser = True
    user.save()
    assert (user.is_staff, user.is_superuser) == (False, False)
