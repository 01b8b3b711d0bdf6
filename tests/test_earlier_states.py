"""What a revised figure was can be read again: the report as it read at an earlier moment."""

import dataclasses
import datetime
import re

import pytest
from django.utils import timezone, translation

from activity.models import Unit, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import EventType, Role, Status, UnitKind
from activity.models.steps import Step
from activity.models.successions import merge, rename

from . import reading
from .factories import (
    changed_by,
    made_event,
    made_indicator,
    made_patrol,
    made_quarter,
    made_return,
    made_unit,
    moved_to,
    somebody,
    taken_to,
    ticked,
)
from .revised import amended, gathered, links, made_first, made_neighbour, main, moved

pytestmark = pytest.mark.django_db

MOMENT = datetime.datetime(2024, 4, 20, 9, 5, tzinfo=datetime.UTC)
SUMMARY = "/summary/2024Q1/"


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def first(post, quarter):
    return made_first(post, quarter)


@pytest.fixture
def neighbour(other_post, quarter):
    return made_neighbour(other_post, quarter)


def papers(client, where=SUMMARY):
    """The report's sheets, byte for byte."""
    answer = client.get(where)
    assert answer.status_code == 200
    found = re.findall(r'<article class="paper.*?</article>', answer.content.decode(), re.DOTALL)
    assert len(found) >= 4  # the text, two annexes or more, charts
    return found


@pytest.fixture
def story(first, neighbour, post, commander, client):
    """The commander, and returns approved before `MOMENT`: two of the quarter, one of the same quarter last year."""
    before = made_quarter(2023, 1)
    earlier = made_return(post, before)
    made_patrol(earlier, times=7, participant_turns=70)
    taken_to(Status.APPROVED, earlier)
    for number, unit_return in enumerate((earlier, first, neighbour)):
        moved(unit_return, MOMENT - datetime.timedelta(days=9 - number))
    client.force_login(commander)
    return client


def correct(first):
    """Approve an amendment at `MOMENT`: another ceremony, one project less, one patrol more."""
    second = amend(first, by=somebody(Role.HEAD, first.unit), reason="Bổ sung lễ công bố.")
    made_event(second, event_type=EventType.CEREMONY, title="Lễ công bố nâng cấp cửa khẩu")
    made_patrol(second, times=2, participant_turns=20)
    second.specialproject_records.all().delete()
    taken_to(Status.APPROVED, second)
    moved(second, MOMENT)
    return second


@pytest.mark.parametrize(
    "since", [{"reports_from": datetime.date(2024, 6, 1)}, {"closed_on": datetime.date(2023, 6, 1)}], ids=str
)
def test_the_summary_as_of_a_moment_counts_the_units_that_were_expected_then(story, commander, since):
    third = made_unit("co-ba")
    before, moment = papers(story), timezone.now()
    assert str(third) in "".join(before)
    changed_by(commander, third, **since)
    assert str(third) not in "".join(papers(story))
    assert papers(story, f"{SUMMARY}?as_of={moment.isoformat().replace('+00:00', 'Z')}") == before


def test_the_summary_as_of_a_moment_has_the_names_and_units_that_were_known_then(
    story, post, other_post, command, admin_user, quarter
):
    """All are in force from days before the moment, and were written down after it."""
    third = made_unit("co-ba")
    before, moment = papers(story), timezone.now()
    decided = {"day": quarter.first_day + datetime.timedelta(days=1), "decision": "Số 1", "by": admin_user}
    above = Unit.objects.create(
        code="quan-su", name="Bộ Chỉ huy quân sự tỉnh", short_name="BCHQS", kind="superior", position=0
    )
    rename(command, name="Ban Chỉ huy BĐBP tỉnh", short_name="Ban CH", parent=above, **decided)
    rename(Unit.objects.get(pk=post.pk), name="Đồn Mới", short_name="Đồn Mới", **decided)
    new = Unit(code="moi", name="Đồn Gộp", short_name="Đồn Gộp", kind="post", parent=command, position=5, reports=True)
    merge([Unit.objects.get(pk=each.pk) for each in (other_post, third)], into=new, **decided)
    after = "".join(papers(story))
    names = "Ban Chỉ huy BĐBP", "Bộ Chỉ huy quân sự", "Đồn Mới", "Đồn Gộp"
    assert [name for name in names if name not in after] == []
    assert papers(story, f"{SUMMARY}?as_of={moment.isoformat().replace('+00:00', 'Z')}") == before
    # A later moment of the same kind knows them.
    assert "".join(papers(story, f"{SUMMARY}?as_of={timezone.now().isoformat().replace('+00:00', 'Z')}")) == after


def test_the_summary_as_of_a_moment_has_the_indicators_that_were_in_use_then_under_their_names(
    story, commander, quarter
):
    made_unit("cua-khau", kind=UnitKind.GATE_POST)
    only = {"first": quarter, "unit_kinds": [UnitKind.GATE_POST]}
    asked, off = (
        made_indicator("Người qua cửa khẩu", **only),
        made_indicator("Hàng hóa", unit_kinds=only["unit_kinds"]),
    )
    before, moment = papers(story), timezone.now()
    changed_by(commander, asked, name="Lượt người qua cửa khẩu")
    changed_by(commander, off, first_quarter=quarter)
    made_indicator("Phương tiện", **only)
    after = "".join(papers(story))
    names = "Lượt người qua cửa khẩu", "Hàng hóa", "Phương tiện"
    assert [name for name in names if name not in after or name in "".join(before)] == []
    assert papers(story, f"{SUMMARY}?as_of={moment.isoformat().replace('+00:00', 'Z')}") == before
    assert "".join(papers(story, f"{SUMMARY}?as_of={timezone.now().isoformat().replace('+00:00', 'Z')}")) == after


def test_the_summary_as_of_a_moment_is_byte_for_byte_what_it_was(story, first):
    before = papers(story)
    correct(first)
    after = papers(story)
    assert after != before
    assert "CB324" in before[0]
    assert "CB324" not in after[0]
    until = (MOMENT - datetime.timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    assert papers(story, f"{SUMMARY}?as_of={until}") == before
    # The very moment of approval belongs to what came after.
    assert papers(story, f"{SUMMARY}?as_of={MOMENT.isoformat().replace('+00:00', 'Z')}") == after


def test_the_side_lists_the_earlier_states_and_each_link_leads_to_one(story, first, neighbour):
    before = papers(story)
    second = correct(first)
    between = papers(story)
    amended(neighbour, at=MOMENT + datetime.timedelta(days=1))
    states = reading.one(main(story, SUMMARY), "aside")
    listed = [a for a in reading.elements(states, "a") if "as_of" in reading.attribute(a, "href")]
    assert [reading.text(a) for a in listed] == ["Số liệu đến 16:05 21/4/2024", "Số liệu đến 16:05 20/4/2024"]
    said = reading.text(states)
    assert said.index("trước điều chỉnh của Đồn BP Ngọc Côn") < said.index("trước điều chỉnh của Đồn BPCK Trà Lĩnh")
    assert [papers(story, reading.attribute(a, "href")) for a in listed] == [between, before]
    assert second.version == 2


def test_a_correction_of_the_quarter_that_is_compared_is_an_earlier_state_too(story, post):
    before = papers(story)
    earlier = UnitReturn.objects.get(unit=post, quarter__year=2023)
    second = amend(earlier, by=somebody(Role.HEAD, post), reason="Cộng sót một lần.")
    made_patrol(second, times=2, participant_turns=20)
    moved(taken_to(Status.APPROVED, second), MOMENT)
    assert papers(story) != before
    states = reading.one(main(story, SUMMARY), "aside")
    (link,) = [a for a in reading.elements(states, "a") if "as_of" in reading.attribute(a, "href")]
    assert f"trước điều chỉnh của {post.short_name} (quý I/2023)" in reading.text(states)
    assert papers(story, reading.attribute(link, "href")) == before


def test_what_was_corrected_before_the_quarter_began_is_no_state_of_its_report(story, post):
    earlier = UnitReturn.objects.get(unit=post, quarter__year=2023)
    second = amend(earlier, by=somebody(Role.HEAD, post), reason="Cộng sót một lần.")
    moved(taken_to(Status.APPROVED, second), datetime.datetime(2023, 5, 1, tzinfo=datetime.UTC))
    states = reading.one(main(story, SUMMARY), "aside")
    assert not [a for a in reading.elements(states, "a") if "as_of" in reading.attribute(a, "href")]


def test_a_unit_that_waited_then_is_said_to_have_waited(story, quarter):
    third = made_return(made_unit("coc-pang"), quarter)
    made_patrol(third)
    taken_to(Status.SUBMITTED, third)
    moved_to(MOMENT - datetime.timedelta(days=2), unit_return=third)
    before = papers(story)
    assert "chờ duyệt" in before[0]
    ticked(third).approve(by=somebody(Role.COMMANDER))
    moved(third, MOMENT)
    assert papers(story) != before
    asked = (MOMENT - datetime.timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert papers(story, f"{SUMMARY}?as_of={asked}") == before


def test_a_page_of_an_earlier_state_says_so_and_leads_back(story, first):
    correct(first)
    note = [e for e in reading.elements(main(story, SUMMARY)) if reading.attribute(e, "class") == "earlier-state"]
    assert note == []
    page = main(story, f"{SUMMARY}?as_of=2024-04-20T16:04")
    note = reading.one(page, "p", class_="earlier-state")
    assert "Báo cáo như tại thời điểm 16:04 ngày 20/4/2024" in reading.text(note)
    assert links(note) == [SUMMARY]


def test_what_was_not_in_force_yet_was_missing(story):
    page = main(story, f"{SUMMARY}?as_of=2020-01-01T00:00")
    assert "Chưa có số liệu (chưa đơn vị nào nộp báo cáo)" in reading.text(page)


BAD = [
    "yesterday", "2024-13-45T99:99", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00", "2024-04-20T16:04+99:00", "\u0000",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_a_moment_that_is_none_or_has_not_come_does_not_pass_for_the_present(story, text):
    assert story.get(SUMMARY, {"as_of": text}).status_code == 404


def test_no_moment_asked_for_is_the_present(story, first):
    correct(first)
    assert papers(story, f"{SUMMARY}?as_of=") == papers(story)


def test_as_of_is_for_those_who_read_the_summary(client, head, first):
    client.force_login(head)
    assert client.get(f"{SUMMARY}?as_of=2024-04-20T16:04").status_code == 403


def test_at_most_one_version_was_in_force_at_any_moment(first):
    moved(first, MOMENT)
    second = amended(first, at=MOMENT + datetime.timedelta(days=1))
    third = amended(UnitReturn.objects.get(pk=second.pk), at=MOMENT + datetime.timedelta(days=2))
    step = datetime.timedelta(hours=12)
    found = [[row.version for row in UnitReturn.objects.in_force_at(MOMENT + n * step)] for n in range(-1, 6)]
    assert found == [[], [1], [1], [2], [2], [3], [3]]
    assert third.version == 3


def test_what_was_sent_back_did_not_wait(first, head, checker):
    second = amend(first, by=head, reason="Đếm thiếu")
    taken_to(Status.SUBMITTED, second)
    second.send_back(by=checker, reason="Chưa khớp")
    submitted, sent_back = second.steps.filter(step__in=[Step.SUBMITTED, Step.SENT_BACK])
    waiting = UnitReturn.objects.submitted_at
    assert list(waiting(submitted.at)) == [second]
    assert list(waiting(sent_back.at)) == []
    assert list(waiting(submitted.at - datetime.timedelta(microseconds=1))) == []
    assert list(waiting(timezone.now())) == []


def test_figures_as_of_a_moment_equal_those_gathered_then(first, quarter):
    then, _ = gathered(first, named=[quarter], in_parts=[quarter])
    moved(first, MOMENT)
    amended(first, at=MOMENT + datetime.timedelta(days=1))
    asked, _ = gathered(first, named=[quarter], in_parts=[quarter], as_of=MOMENT)
    assert asked.as_of == MOMENT
    assert dataclasses.replace(asked, as_of=then.as_of) == then
