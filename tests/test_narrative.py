"""The sentences of the report as a whole: comparison, missing units, a sixth kind (DOMAIN, section 10)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from activity.measures import BY_SLUG, MEASURES, SECTIONS
from reports import narrative
from tests.made_figures import made_figures, made_period, made_units
from tests.made_quarter import CAO_BANG, CB324, Q1, TRA_LINH, crime, foreign, quarter, told

# What no sentence may hold: marks that collide, an absent value, a zero in prose, the screen's no-break space.
FLAWS = ("  ", " ,", " ;", " .", ",,", ", ;", ",.", ";.", "()", ") (", "None", "/0 ", " 0 ", " 00", "\u00a0")

# The published quarter.


def test_quarter_one_of_2024_reads_as_the_published_report():
    sections = narrative.results(quarter(CAO_BANG, projects=(CB324,), ceremonies=(TRA_LINH,)), Q1)
    text = "\n".join(sentence for section in sections for sentence in section.sentences)
    assert "tổ chức tuần tra, kiểm tra, kiểm soát 412 lần/3.889 lượt người tham gia." in text
    assert "Đã phát quang trên 50 km đường tuần tra." in text
    assert "tổ chức tuyên truyền, vận động quần chúng 329 lần/15.749 lượt người nghe." in text
    assert (
        "Xác lập và đấu tranh thành công 01 chuyên án (bí số CB324) về tổ chức, môi giới cho người khác nhập cảnh "
        "trái phép." in text
    )
    assert "Chủ trì, phối hợp với các lực lượng bắt giữ, xử lý 144 vụ/1.421 đối tượng; trong đó " in text
    assert "Xử phạt vi phạm hành chính và thu nộp ngân sách nhà nước trên 1 tỷ đồng." in text
    assert (
        "Ngày 28 tháng 12 năm 2023, BĐBP tỉnh tham mưu, phối hợp với Ủy ban nhân dân tỉnh tổ chức Lễ công bố nâng cấp "
        "cửa khẩu Trà Lĩnh (Việt Nam) - Long Bang (Trung Quốc) thành cửa khẩu quốc tế, bao gồm lối thông quan "
        "Nà Đoỏng - Nà Ráy." in text
    )


def test_the_sections_are_numbered_and_headed_as_in_the_report():
    sections = narrative.results(quarter({}), Q1)
    assert [(section.slug, section.number, section.heading) for section in sections] == [
        ("border", 1, "Quản lý, bảo vệ biên giới"),
        ("propaganda", 2, "Tuyên truyền, vận động quần chúng"),
        ("crime", 3, "Đấu tranh phòng, chống ma túy và tội phạm"),
        ("foreign", 4, "Đối ngoại biên phòng"),
    ]


def counts():
    """What a unit may have reported: any of the measures and parts, from nothing to many."""
    keys = [key for measure in MEASURES for key in [(measure.slug, ""), *((measure.slug, p) for p in measure.parts)]]
    return st.dictionaries(st.sampled_from(keys), st.sampled_from([0, 1, 5, 20, 3889, Decimal("4.2")]))


@settings(deadline=None)
@given(now=counts(), base=counts(), other=counts(), has_base=st.booleans(), has_other=st.booleans())
def test_whatever_was_reported_the_sentences_are_well_formed(now, base, other, has_base, has_other):
    cells = {(2024, 1, "A"): now}
    cells |= {(2023, 1, "A"): base} if has_base else {}
    cells |= {(2024, 1, "B"): other} if has_other else {}
    sentences = [s for section in narrative.results(made_figures(cells), Q1) for s in section.sentences]
    for sentence in sentences:
        assert sentence[0].isupper() and sentence.endswith(".")
        assert not [flaw for flaw in FLAWS if flaw in sentence]
        assert has_base or "cùng kỳ" not in sentence or sentence == sentences[-1]


@pytest.mark.parametrize("now", [{}, CAO_BANG])
def test_the_sentences_are_the_same_whatever_the_language_of_the_screen(now):
    with override("en"):
        english = narrative.results(quarter(now), Q1)
    with override("vi"):
        assert narrative.results(quarter(now), Q1) == english


# The clause of comparison.


@pytest.mark.parametrize(
    ("now", "base", "clause"),
    [
        ((144, 1421), (109, 1400), ", tăng 35 vụ (32,1%), tăng 21 đối tượng (1,5%) so với cùng kỳ năm 2023"),
        ((144, 1421), (109, 1541), ", tăng 35 vụ (32,1%), giảm 120 đối tượng (7,8%) so với cùng kỳ năm 2023"),
        ((144, 1421), (179, 1421), ", giảm 35 vụ (19,6%), số đối tượng bằng cùng kỳ năm 2023"),
        ((144, 1421), (144, 1541), ", giảm 120 đối tượng (7,8%), số vụ bằng cùng kỳ năm 2023"),
        ((144, 1421), (144, 1421), ", bằng cùng kỳ năm 2023"),
        ((21, 12), (19, 10), ", tăng 02 vụ, tăng 02 đối tượng so với cùng kỳ năm 2023"),
        ((22, 12), (20, 10), ", tăng 02 vụ (10%), tăng 02 đối tượng so với cùng kỳ năm 2023"),
        ((4, 5), (0, 0), ", tăng 04 vụ, tăng 05 đối tượng so với cùng kỳ năm 2023 (cùng kỳ không phát sinh)"),
        ((4, 5), (2, 0), ", tăng 02 vụ, tăng 05 đối tượng so với cùng kỳ năm 2023"),
        ((4, 0), (2, 0), ", tăng 02 vụ so với cùng kỳ năm 2023"),
        ((3000, 20001), (3000, 20000), ", tăng 01 đối tượng, số vụ bằng cùng kỳ năm 2023"),
    ],
)
def test_cases_and_subjects_are_compared_each_by_its_own_change(now, base, clause):
    now, base = ({"cases": cases, "subjects": subjects} for cases, subjects in (now, base))
    assert any(f" đối tượng{clause}." in sentence or f" vụ{clause}." in sentence for sentence in crime(now, base))


def test_without_a_base_there_is_no_clause_and_that_is_said_once():
    text = " ".join(s for section in narrative.results(quarter(CAO_BANG), Q1) for s in section.sentences)
    assert "so với" not in text and "bằng cùng kỳ" not in text
    assert text.count("Chưa có số liệu cùng kỳ năm 2023 để so sánh.") == 1


def test_with_a_base_nothing_is_said_about_its_absence():
    assert not any("Chưa có số liệu" in sentence for sentence in foreign(CAO_BANG, CAO_BANG))


def test_the_comparison_is_over_the_units_that_reported_both_and_names_the_others_once():
    figures = made_figures(
        {
            (2024, 1, "A"): {"patrols": 30, "patrol_turns": 200, "propaganda": 5, "listener_turns": 50},
            (2023, 1, "A"): {"patrols": 25, "patrol_turns": 210, "propaganda": 5, "listener_turns": 50},
            (2024, 1, "B"): {"patrols": 7, "patrol_turns": 70},
            (2023, 1, "C"): {"patrols": 900, "patrol_turns": 9000},
        },
        units=("A", "B", "C", "D"),
    )
    sections = narrative.results(figures, Q1)
    assert sections[0].sentences[0] == (
        "Trong quý, các đơn vị tổ chức tuần tra, kiểm tra, kiểm soát 37 lần/270 lượt người tham gia, "
        "tăng 05 lần (20%), giảm 10 lượt người (4,8%) so với cùng kỳ năm 2023 "
        "(so sánh trên 01 đơn vị có báo cáo cả hai kỳ; không so sánh: Đồn BP B, Đồn BP C)."
    )
    assert sections[1].sentences[0].endswith("05 lần/50 lượt người nghe, bằng cùng kỳ năm 2023.")
    text = " ".join(sentence for section in sections for sentence in section.sentences)
    assert text.count("so sánh trên") == 1


def test_two_brackets_after_a_comparison_become_one():
    figures = made_figures({(2024, 1, "A"): {"patrols": 3, "patrol_turns": 9}, (2023, 1, "A"): {}, (2024, 1, "B"): {}})
    assert (
        narrative.results(figures, Q1)[0]
        .sentences[0]
        .endswith(
            "tăng 03 lần, tăng 09 lượt người so với cùng kỳ năm 2023 (cùng kỳ không tổ chức; "
            "so sánh trên 01 đơn vị có báo cáo cả hai kỳ; không so sánh: Đồn BP B)."
        )
    )


def test_where_only_units_without_a_base_were_active_nothing_is_called_equal():
    figures = made_figures({(2024, 1, "A"): {}, (2023, 1, "A"): {}, (2024, 1, "B"): {"cases": 2, "subjects": 3}})
    assert any("xử lý 02 vụ/03 đối tượng." in sentence for sentence in narrative.results(figures, Q1)[2].sentences)


# Measures of a sixth kind.


def rescue(slug="rescues", **changes):
    return replace(BY_SLUG["patrols"], slug=slug, label=_("rescues made"), counted_in="vụ", split_by="", **changes)


@pytest.mark.parametrize(
    ("now", "base", "sentence"),
    [
        ({"rescues": 3}, None, "Rescues made: 03 vụ."),
        ({"rescues": 3}, {"rescues": 2}, "Rescues made: 03 vụ, tăng 01 vụ so với cùng kỳ năm 2023."),
        ({}, None, "Rescues made: không phát sinh."),
        ({}, {}, "Rescues made: không phát sinh, cùng kỳ năm 2023 cũng không phát sinh."),
        ({"rescues": Decimal("1.5")}, None, "Rescues made: 1,5 vụ."),
    ],
)
def test_a_measure_that_no_sentence_tells_gets_a_plain_one(now, base, sentence):
    assert told("border", now, base, measures=(*MEASURES, rescue()))[-1] == sentence


def test_every_measure_of_today_is_told_by_a_written_sentence():
    for slug, chapter in narrative.CHAPTERS.items():
        assert chapter.measures == {measure.slug for measure in MEASURES if measure.section == slug}
    assert narrative.CHAPTERS.keys() == SECTIONS.keys()


# Missing units, and the lines around the sentences.


def test_without_a_return_nothing_is_said_not_to_have_happened():
    figures = made_figures({(2023, 1, "A"): CAO_BANG})
    sections = narrative.results(figures, Q1)
    assert {section.sentences for section in sections} == {("Chưa có số liệu (chưa đơn vị nào nộp báo cáo).",)}
    assert narrative.coverage(figures, Q1).startswith("Số liệu tổng hợp từ 0/03 đơn vị; 03 đơn vị chưa nộp: Đồn BP A,")


def test_while_all_wait_for_approval_nobody_is_said_not_to_have_submitted():
    figures = made_figures({}, units=("A", "B"), waiting_cells=frozenset({(Q1, made_units("B")[0])}))
    assert {section.sentences for section in narrative.results(figures, Q1)} == {
        ("Chưa có số liệu (báo cáo đã nộp đang chờ duyệt).",)
    }


def test_coverage_names_the_units_that_have_not_submitted():
    units = [f"U{number:02}" for number in range(1, 18)]
    all_in = made_figures({(2024, 1, unit): {} for unit in units}, units=units)
    three_out = made_figures({(2024, 1, unit): {} for unit in units[:14]}, units=units)
    assert narrative.coverage(all_in, Q1) == "Số liệu tổng hợp từ 17/17 đơn vị."
    assert narrative.coverage(three_out, Q1) == (
        "Số liệu tổng hợp từ 14/17 đơn vị; 03 đơn vị chưa nộp: Đồn BP U15, Đồn BP U16, Đồn BP U17."
    )


def test_a_unit_that_waits_for_approval_is_not_said_to_have_failed_to_submit():
    figures = made_figures({(2024, 1, "A"): {}}, waiting_cells=frozenset({(Q1, made_units("B")[0])}))
    assert narrative.coverage(figures, Q1) == (
        "Số liệu tổng hợp từ 01/03 đơn vị; 01 đơn vị đã nộp, chờ duyệt: Đồn BP B; 01 đơn vị chưa nộp: Đồn BP C."
    )


@pytest.mark.parametrize(
    ("number", "subject"),
    [
        (1, "Kết quả công tác biên phòng quý I và phương hướng, nhiệm vụ quý II năm 2024"),
        (3, "Kết quả công tác biên phòng quý III và phương hướng, nhiệm vụ quý IV năm 2024"),
        (4, "Kết quả công tác biên phòng quý IV năm 2024 và phương hướng, nhiệm vụ quý I năm 2025"),
    ],
)
def test_the_subject_of_the_paper_names_the_quarter_and_the_next(number, subject):
    assert narrative.subject(made_period(2024, number)) == subject


@pytest.mark.parametrize(("number", "after"), [(1, "II"), (3, "IV"), (4, "I năm 2025")])
def test_the_last_part_of_the_paper_names_the_year_of_another_year(number, after):
    assert narrative.next_quarter(made_period(2024, number)) == after


def test_the_window_of_the_quarter_stands_below_the_subject():
    assert narrative.window(Q1) == "(Số liệu tính từ ngày 15/12/2023 đến ngày 14/3/2024)"
