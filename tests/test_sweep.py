"""Every address of the application, asked by everybody: what it answers, and that no question brings it down."""

import pytest
from django.urls import NoReverseMatch, resolve, reverse

from activity.converters import QuarterCode
from activity.kept import NEVER
from activity.models import Patrol, UnitReturn, User
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.models.units import UnitQuerySet

from .addresses import ANSWERS, APPROVED, EVERY, OF_A_UNIT, OURS, ROLES, SUBMITTED, address
from .factories import made_indicator, made_patrol, made_quarter, made_return, made_unit, made_user, somebody, taken_to
from .reading import one, page

pytestmark = pytest.mark.django_db

WITHOUT_SIGNING_IN = {"login", "set_language", "healthz"}


def _make_cast():
    post, neighbour, quarter = made_unit("tra-linh"), made_unit("ngoc-con"), made_quarter(2024, 1)
    for name, role, unit in (
        ("staff", Role.STAFF, post),
        ("head", Role.HEAD, post),
        ("stranger", Role.HEAD, neighbour),
        ("checker", Role.CHECKER, None),
        ("commander", Role.COMMANDER, None),
        ("admin_user", Role.ADMIN, None),
    ):
        made_user(role, unit, username=name, password=None)
    made_indicator(first=quarter)
    made_patrol(made_return(post, quarter))


@pytest.fixture(scope="module", autouse=True)
def cast(taken_back):
    """Everybody who asks and what the addresses are about, made once for hundreds of questions and taken back."""
    with taken_back(_make_cast):
        yield


@pytest.fixture(scope="module", autouse=True)
def state(request, cast, taken_back):
    """The return in a state, made once for all the questions about it: a draft, unless asked for `in_states`."""
    status = getattr(request, "param", Status.DRAFT)
    with taken_back(lambda: taken_to(status, UnitReturn.objects.get())):
        yield status


def in_states(*states):
    return pytest.mark.parametrize("state", states, indirect=True, scope="module", ids=str)


def _found(name):
    """A fixture of somebody of the cast."""
    return pytest.fixture(name=name)(lambda db: User.objects.get(username=name))


staff, head, stranger, checker, commander, admin_user = map(_found, ROLES[1:])


@pytest.fixture
def patrol(db):
    return Patrol.objects.select_related("unit_return__unit", "unit_return__quarter").get()


def signed_in(client, request, role):
    """A client of that role."""
    if role != "nobody":
        client.force_login(request.getfixturevalue(role))
    return client


def with_its_version(name, unit_return):
    """Open the second version that an address asks for."""
    if name == "return_difference":
        approved = taken_to(Status.APPROVED, unit_return) if unit_return.is_draft else unit_return
        amend(approved, by=somebody(Role.HEAD, unit_return.unit), reason="Sót một lượt")


def answer(client, request, role, name, method, patrol):
    with_its_version(name, patrol.unit_return)
    return signed_in(client, request, role).generic(method, address(name, pk=patrol.pk))


def test_every_address_has_its_line_for_reading_and_for_writing():
    assert {name for name, _ in ANSWERS} == OURS.keys()
    assert {(name, method) for name in OURS for method in ("GET", "POST")} == ANSWERS.keys()


def test_an_address_with_a_part_that_nobody_gave_a_sample_of_fails(monkeypatch):
    monkeypatch.setitem(OURS, "made up", EVERY["admin:activity_unit_change"])
    with pytest.raises(KeyError, match="object_id"):
        address("made up")


def lines(table):
    """A line of a table for each role, as parameters."""
    return [
        pytest.param(role, name, method, status, id=f"{method} {name} {role}")
        for (name, method), statuses in table.items()
        for role, status in zip(ROLES, statuses, strict=True)
    ]


@pytest.mark.parametrize(("role", "name", "method", "status"), lines(ANSWERS))
def test_an_address_answers_each_role_as_the_table_says(client, request, patrol, role, name, method, status):
    assert answer(client, request, role, name, method, patrol).status_code == status


@in_states(Status.SUBMITTED)
@pytest.mark.parametrize(("role", "name", "method", "status"), lines(SUBMITTED))
def test_a_submitted_return_answers_each_role(client, request, patrol, role, name, method, status):
    assert answer(client, request, role, name, method, patrol).status_code == status


@in_states(Status.APPROVED)
@pytest.mark.parametrize(("role", "name", "method", "status"), lines(APPROVED))
def test_an_approved_return_answers_each_role(client, request, patrol, role, name, method, status):
    assert answer(client, request, role, name, method, patrol).status_code == status


@in_states(Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
@pytest.mark.parametrize("name", OF_A_UNIT)
def test_what_belongs_to_another_unit_does_not_exist_for_a_stranger(client, stranger, state, patrol, name):
    if state != Status.SUBMITTED:
        with_its_version(name, patrol.unit_return)
    stays_unseen(client, stranger, address(name, pk=patrol.pk))


@pytest.mark.parametrize("name", OF_A_UNIT)
def test_what_another_unit_has_not_begun_does_not_exist_for_a_stranger(client, stranger, patrol, name):
    stays_unseen(client, stranger, address(name, pk=patrol.pk, quarter=made_quarter(2024, 2)))


def stays_unseen(client, stranger, where):
    client.force_login(stranger)
    for method in ("GET", "POST"):
        assert client.generic(method, where).status_code in {404, 405}
    assert UnitReturn.objects.filter(unit=stranger.unit).count() == 0


@pytest.mark.parametrize("name", sorted(OURS.keys() - WITHOUT_SIGNING_IN))
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD"])
def test_nobody_is_led_to_the_sign_in_page(client, patrol, name, method):
    answer = client.generic(method, address(name, pk=patrol.pk))
    if method == "POST" and name not in NEVER:
        # With what was typed, see `test_session`.
        assert answer.status_code == 401
        assert one(page(answer), "form", action=reverse("login"))
    else:
        assert answer.status_code == 302
        assert answer.url.startswith(f"{reverse('login')}?next=/") or name == "logout"
    patrol.refresh_from_db()


# The admin's own pages for signing in and changing one's password are not reached: `admin_door` stands there.
ADMIN = [n for n in EVERY if n.startswith("admin:") and n not in {"admin:login", "admin:password_change"}]
ADMIN_SAMPLES = {
    "pk": "1",
    "kind": "rename",
    "object_id": "1",
    "content_type_id": "1",
    "id": "1",
    "app_label": "activity",
    "url": "nonsense",
}


def admin_address(name):
    """An address of the admin, made from its parts; its unnamed ones from their route."""
    pattern = EVERY[name].pattern
    parts = pattern.converters or dict.fromkeys(pattern.regex.groupindex)
    try:
        return reverse(name, kwargs={part: ADMIN_SAMPLES[part] for part in parts})
    except NoReverseMatch:
        return f"{reverse('admin:index')}{ADMIN_SAMPLES[next(iter(parts))]}/"


@pytest.mark.parametrize("name", ADMIN)
@pytest.mark.parametrize("role", ROLES[:-1])
def test_only_an_administrator_enters_the_admin(client, request, role, name):
    where = admin_address(name)
    signed_in(client, request, role)
    for ask in (client.get, client.post):
        found = ask(where, follow=True)
        if role == "nobody":
            assert one(page(found), "form", action=reverse("login"))
            assert (found.status_code, found.wsgi_request.path) in {(200, reverse("login")), (401, where)}
        else:
            assert found.status_code == 403


def test_there_is_one_sign_in_page():
    assert reverse("admin:login") == reverse("admin_door")
    assert resolve(reverse("admin:login")).url_name == "admin_door"


@pytest.mark.parametrize("name", ADMIN)
def test_no_page_of_the_admin_fails_an_administrator(client, admin_user, name):
    client.force_login(admin_user)
    assert client.get(admin_address(name)).status_code in {200, 301, 302, 403, 404, 405}


ODD = (
    "quarter=nonsense", "quarter=2031Q1", "quarter=2024Q9", "quarter=", "quarter=2024", "quarter=%00",
    "page=999", "page=abc", "page=-1", "page=0", "per_page=7", "per_page=abc", "per_page=-25", "per_page=%C2%B2",
    "sort=nonsense", "sort=-", "sort=unit_return__unit__people__password", "sort=date,date", "sort=",
    "unit=ngoc-con", "unit=nonsense", "unit=%00", "form=nonsense", "category=nonsense", "text=%00", "text=%25_%27%22",
    "text=" + "a" * 5000, "text=\U0001f600", "basis=nonsense", "units=nonsense", "quarters=nonsense", "kind=nonsense",
    "basis=provisional&basis=approved", "quarter=2024Q1&quarter=x",
)  # fmt: skip
READ = [name for (name, method), statuses in ANSWERS.items() if method == "GET" and 200 in statuses]
# What pages offer a choice of in their address: another choice must not pass for the one that was asked for.
CHOICES = {
    "returns": {"quarter"}, "dashboard": {"basis", "units"}, "summary": {"units"}, "completeness": {"quarters"},
    "completeness_export": {"quarters"}, "return_history": {"kind"},
}  # fmt: skip
TAKEN = {"quarter=", "basis=provisional&basis=approved"}
# Pages that read something else of it; all others are asked once, everything together.
READS = {*CHOICES, "records", "record_add", "record_history", "inbox"}


@in_states(Status.APPROVED)
@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("role", ["staff", "commander"])
def test_odd_questions_are_answered_like_plain_ones(client, request, patrol, role, name):
    plain = answer(client, request, role, name, "GET", patrol).status_code
    where = address(name, pk=patrol.pk)
    refused = {odd for odd in ODD if odd.partition("=")[0] in CHOICES.get(name, ())} - TAKEN
    questions = ODD if name in READS else ["&".join(ODD)]
    expected = {odd: 404 if plain == 200 and odd in refused else plain for odd in questions}
    assert {odd: client.get(f"{where}?{odd}").status_code for odd in questions} == expected


@pytest.mark.parametrize("name", [name for name in OURS if "quarter" in OURS[name].pattern.converters])
@pytest.mark.parametrize("code", [QuarterCode(2023, 4), QuarterCode(9999, 4), QuarterCode(1000, 1)], ids=str)
def test_a_quarter_that_nobody_made_does_not_exist(client, commander, patrol, name, code):
    client.force_login(commander)
    where = address(name, pk=patrol.pk, quarter=code)
    assert {client.get(where).status_code, client.post(where).status_code} <= {404, 405}


@pytest.mark.parametrize("name", ["dashboard", "summary"])
def test_a_quarter_that_has_not_begun_has_no_figures_to_show(client, commander, name):
    ahead = made_quarter(2999, 1)
    client.force_login(commander)
    assert client.get(reverse(name, args=[ahead])).status_code == 404


@pytest.mark.parametrize(
    "where",
    [
        "/records/nonsense/",
        "/returns/tra-linh/2024Q1/nonsense/add/",
        "/returns/tra-linh/2024Q1/patrols/99999999999999999999/",
        "/returns/tra-linh/2024Q1/cases/1/",
        "/returns/tra-linh/2024Q5/",
        "/returns/tra-linh/0000Q0/",
        "/returns/nonsense/2024Q1/",
        "/dashboard/2024q1/",
        "/dashboard/%00/",
    ],
)
def test_an_address_of_nothing_is_not_found(client, staff, patrol, where):
    client.force_login(staff)
    assert client.get(where).status_code == 404
    assert client.post(where).status_code in {404, 405}


# What these tests would find if a guard were not there.


def test_without_the_rule_of_sight_a_stranger_would_see_the_return(client, stranger, patrol, monkeypatch):
    monkeypatch.setattr(UnitQuerySet, "visible_to", lambda units, user: units.all())
    client.force_login(stranger)
    assert client.get(address("return")).status_code == 200


def test_without_the_rule_of_sight_a_stranger_would_see_the_difference(client, stranger, patrol, monkeypatch):
    with_its_version("return_difference", patrol.unit_return)
    monkeypatch.setattr(UnitQuerySet, "visible_to", lambda units, user: units.all())
    client.force_login(stranger)
    assert client.get(address("return_difference")).status_code == 200


def test_without_the_rule_of_roles_a_checker_would_enter_figures(client, checker, patrol, monkeypatch):
    monkeypatch.setattr("activity.permissions.has_part", lambda user, action, unit_return: True)
    client.force_login(checker)
    assert client.get(address("record_add")).status_code == 200


def test_without_the_rule_of_the_summary_a_unit_would_read_it(client, staff, patrol, monkeypatch):
    monkeypatch.setattr("reports.views.may_at_all", lambda user, action: True)
    client.force_login(staff)
    assert client.get(address("summary")).status_code == 200


def test_without_the_closed_door_nobody_would_reach_a_page(client, patrol, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != "config.middleware.SignedIn"]
    with pytest.raises(AttributeError, match="AnonymousUser"):  # it asks for the unit of a person
        client.get(address("returns"))
