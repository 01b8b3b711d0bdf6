"""The sentences on special projects, cases and fines, in every variant (DOMAIN, section 10)."""

from dataclasses import replace

import pytest

from tests.made_figures import made_period
from tests.made_quarter import CAO_BANG, crime, project, word

# Projects.


@pytest.mark.parametrize(
    ("counts", "base", "named", "sentence"),
    [
        ((0, 0), None, (), "Không xác lập chuyên án mới."),
        ((0, 0), (0, 0), (), "Không xác lập chuyên án mới, cùng kỳ năm 2023 cũng không phát sinh."),
        (
            (0, 0),
            (2, 1),
            (),
            "Không xác lập chuyên án mới, giảm 02 chuyên án so với cùng kỳ năm 2023; "
            "không có chuyên án đấu tranh thành công, giảm 01 chuyên án so với cùng kỳ năm 2023.",
        ),
        ((3, 0), None, (), "Xác lập 03 chuyên án."),
        ((3, 0), (1, 0), (), "Xác lập 03 chuyên án, tăng 02 chuyên án so với cùng kỳ năm 2023."),
        (
            (3, 0),
            (1, 1),
            (),
            "Xác lập 03 chuyên án, tăng 02 chuyên án so với cùng kỳ năm 2023; "
            "không có chuyên án đấu tranh thành công, giảm 01 chuyên án so với cùng kỳ năm 2023.",
        ),
        (
            (0, 1),
            None,
            (project("A1", opened_in_quarter=False),),
            "Không xác lập chuyên án mới; đấu tranh thành công 01 chuyên án (bí số A1) về {drugs}.",
        ),
        (
            (1, 1),
            None,
            (project("A1", opened_in_quarter=False),),
            "Xác lập 01 chuyên án, đấu tranh thành công 01 chuyên án (bí số A1) về {drugs}.",
        ),
        (
            (3, 2),
            None,
            (project("A1"), project("B2", category="smuggling")),
            "Xác lập 03 chuyên án, đấu tranh thành công 02 chuyên án (bí số A1, B2).",
        ),
        (
            (3, 2),
            (2, 2),
            (project("A1"), project("B2")),
            "Xác lập 03 chuyên án, tăng 01 chuyên án so với cùng kỳ năm 2023; "
            "đấu tranh thành công 02 chuyên án (bí số A1, B2) về {drugs}, bằng cùng kỳ năm 2023.",
        ),
        ((1, 1), None, (project("A1"),), "Xác lập và đấu tranh thành công 01 chuyên án (bí số A1) về {drugs}."),
        (
            (1, 1),
            None,
            (project("A1", category="other"),),
            "Xác lập và đấu tranh thành công 01 chuyên án (bí số A1).",
        ),
        (
            (1, 1),
            (0, 0),
            (project("A1"),),
            "Xác lập và đấu tranh thành công 01 chuyên án (bí số A1) về {drugs}, "
            "tăng 01 chuyên án so với cùng kỳ năm 2023 (cùng kỳ không phát sinh).",
        ),
        (
            (1, 1),
            (2, 1),
            (project("A1"),),
            "Xác lập và đấu tranh thành công 01 chuyên án (bí số A1) về {drugs}, giảm 01 chuyên án xác lập, "
            "số chuyên án đấu tranh thành công bằng cùng kỳ năm 2023.",
        ),
        (
            (1, 1),
            (0, 2),
            (project("A1"),),
            "Xác lập và đấu tranh thành công 01 chuyên án (bí số A1) về {drugs}, tăng 01 chuyên án xác lập, "
            "giảm 01 chuyên án đấu tranh thành công so với cùng kỳ năm 2023.",
        ),
        ((1, 1), None, (), "Xác lập 01 chuyên án, đấu tranh thành công 01 chuyên án."),
    ],
)
def test_projects_opened_and_concluded(counts, base, named, sentence):
    now, base = (
        dict(zip(("projects_opened", "projects_succeeded"), pair, strict=True)) if pair else None
        for pair in (counts, base)
    )
    assert crime(now, base, projects=named)[0] == sentence.format(drugs=word("cases", "drugs"))


def test_what_only_some_of_the_projects_were_about_is_not_said():
    named = (project("A1"), project("B2", category="other"))
    assert crime({"projects_succeeded": 2}, projects=named)[0].endswith("02 chuyên án (bí số A1, B2).")


@pytest.mark.parametrize(
    ("named", "topic"),
    [
        ([("drugs", "Mua bán trái phép chất ma túy")], " về mua bán trái phép chất ma túy"),
        ([("drugs", "Mua bán trái phép chất ma túy.")], " về mua bán trái phép chất ma túy"),
        ([("drugs", "VPHC về ma túy")], " về VPHC về ma túy"),
        ([("other", "Lừa đảo")], " về lừa đảo"),
        ([("drugs", "Mua bán"), ("drugs", "mua bán")], " về mua bán"),
        ([("drugs", "Mua bán"), ("other", "Mua bán")], " về mua bán"),
        ([("drugs", "Mua bán"), ("drugs", "Tàng trữ")], " về {drugs}"),
        ([("drugs", "Mua bán"), ("drugs", "")], " về {drugs}"),
        ([("drugs", "Mua bán"), ("smuggling", "Vận chuyển")], ""),
        ([("other", "Lừa đảo"), ("other", "")], ""),
    ],
)
def test_the_crime_is_named_as_it_was_typed_and_otherwise_by_its_category(named, topic):
    projects = tuple(project(f"A{n}", category=category, crime=crime) for n, (category, crime) in enumerate(named))
    (said, *_) = crime({"projects_succeeded": len(named)}, projects=projects)
    assert said.partition(")")[2] == f"{topic.format(drugs=word('cases', 'drugs'))}."


def test_codes_are_named_only_where_all_of_them_are_known():
    old = replace(project("OLD"), period=made_period(2023, 1))
    assert crime({"projects_succeeded": 1}, projects=(old,))[0].endswith("thành công 01 chuyên án.")
    assert crime({"projects_succeeded": 2}, projects=(project("A1"),))[0].endswith("thành công 02 chuyên án.")


def test_plans_are_told_apart_from_projects():
    assert crime({"plans_opened": 2, "plans_succeeded": 1}, {"plans_opened": 1})[1] == (
        "Xác lập 02 kế hoạch nghiệp vụ, tăng 01 kế hoạch so với cùng kỳ năm 2023; đấu tranh thành công "
        "01 kế hoạch nghiệp vụ, tăng 01 kế hoạch so với cùng kỳ năm 2023 (cùng kỳ không phát sinh)."
    )


# Cases.


@pytest.mark.parametrize(
    ("base", "sentence"),
    [
        (None, "Trong quý, không phát sinh vụ việc."),
        ({"cases": 3, "subjects": 4}, "Trong quý, không phát sinh vụ việc, giảm 03 vụ so với cùng kỳ năm 2023."),
        ({}, "Trong quý, không phát sinh vụ việc, cùng kỳ năm 2023 cũng không phát sinh."),
    ],
)
def test_no_cases(base, sentence):
    assert crime({}, base)[1:] == (sentence,)


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"cases": 1, "subjects": 1}, "Chủ trì, phối hợp với các lực lượng bắt giữ, xử lý 01 vụ/01 đối tượng."),
        (
            {"cases": 1, "lead_cases": 1, "subjects": 1, "lead_subjects": 1},
            "Chủ trì bắt giữ, xử lý 01 vụ/01 đối tượng.",
        ),
        ({"cases": 1, "lead_cases": 1, "ownerless": 1}, "Chủ trì bắt giữ, xử lý 01 vụ vô chủ."),
        (
            {"cases": 12, "support_cases": 12, "ownerless": 12},
            "Phối hợp với các lực lượng bắt giữ, xử lý 12 vụ vô chủ.",
        ),
        (
            {"cases": 5, "lead_cases": 5, "subjects": 4, "lead_subjects": 4, "ownerless": 2},
            "Chủ trì bắt giữ, xử lý 05 vụ/04 đối tượng; trong đó có 02 vụ vô chủ.",
        ),
        (
            {"cases": 5, "subjects": 4, "lead_cases": 3, "lead_subjects": 4, "support_cases": 2, "ownerless": 2},
            "Chủ trì, phối hợp với các lực lượng bắt giữ, xử lý 05 vụ/04 đối tượng; "
            "trong đó chủ trì 03 vụ/04 đối tượng, phối hợp 02 vụ, có 02 vụ vô chủ.",
        ),
    ],
)
def test_cases_by_role_and_without_owner(now, sentence):
    assert crime(now)[1] == sentence


def test_the_comparison_stands_before_the_roles():
    assert crime(CAO_BANG, {"cases": 109, "subjects": 1541})[1] == (
        "Chủ trì, phối hợp với các lực lượng bắt giữ, xử lý 144 vụ/1.421 đối tượng, tăng 35 vụ (32,1%), "
        "giảm 120 đối tượng (7,8%) so với cùng kỳ năm 2023; trong đó chủ trì 100 vụ/1.000 đối tượng, "
        "phối hợp 44 vụ/421 đối tượng, có 06 vụ vô chủ."
    )


def outcomes(of_what, verifying):
    return (
        f"Kết quả xử lý{of_what}: {word('outcome_cases', 'prosecuted')} 12 vụ/20 bị can; "
        f"{word('outcome_cases', 'fined')} 129 vụ/1.397 đối tượng; "
        f"{word('outcome_cases', 'verifying')} {verifying} vụ."
    )


def test_outcomes_end_with_what_is_still_being_verified():
    assert crime(CAO_BANG | {("outcome_cases", "verifying"): 3})[2] == outcomes("", "03")


def test_more_outcomes_than_cases_caught_say_of_what_else_they_are():
    assert crime(CAO_BANG)[2] == outcomes(" (kể cả vụ tiếp nhận và vụ đã báo cáo kỳ trước)", "05")


def test_outcomes_without_a_new_case_are_those_of_earlier_ones():
    now = {("outcome_cases", "prosecuted"): 1, ("outcome_subjects", "prosecuted"): 2}
    prosecuted = word("outcome_cases", "prosecuted")
    assert crime(now)[2] == f"Kết quả xử lý các vụ đã báo cáo: {prosecuted} 01 vụ/02 bị can."
    assert crime(now | {"received_cases": 1})[2] == f"Kết quả xử lý: {prosecuted} 01 vụ/02 bị can."


MILLION = 1_000_000


@pytest.mark.parametrize(
    ("now", "base", "sentences"),
    [
        ({}, None, ()),
        ({}, {}, ()),
        (
            {},
            {"paid_vnd": 120 * MILLION},
            ("Không phát sinh thu nộp ngân sách nhà nước, giảm 120 triệu đồng (100%) so với cùng kỳ năm 2023.",),
        ),
        (
            {"fined_vnd": 1034 * MILLION, "paid_vnd": 1034 * MILLION},
            {"paid_vnd": 914 * MILLION},
            (
                "Xử phạt vi phạm hành chính và thu nộp ngân sách nhà nước trên 1 tỷ đồng, "
                "tăng 120 triệu đồng (13,1%) so với cùng kỳ năm 2023.",
            ),
        ),
        (
            {"fined_vnd": 150 * MILLION, "paid_vnd": 120 * MILLION},
            None,
            (
                "Xử phạt vi phạm hành chính và thu nộp ngân sách nhà nước 120 triệu đồng; "
                "tổng số tiền phạt 150 triệu đồng.",
            ),
        ),
        (
            {"paid_vnd": 7 * MILLION},
            {},
            (
                "Thu nộp ngân sách nhà nước 7 triệu đồng, tăng 7 triệu đồng so với cùng kỳ năm 2023 "
                "(cùng kỳ không phát sinh).",
            ),
        ),
        (
            {"fined_vnd": 7 * MILLION},
            {"fined_vnd": 7 * MILLION},
            ("Xử phạt vi phạm hành chính 7 triệu đồng, bằng cùng kỳ năm 2023; chưa thu nộp ngân sách nhà nước.",),
        ),
    ],
)
def test_fines_and_payments(now, base, sentences):
    assert crime(now, base)[2:] == sentences


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (
            {"cases": 1, "received_cases": 2, "received_subjects": 3},
            "Ngoài số trên, đã tiếp nhận 02 vụ/03 người do phía bạn, cơ quan khác bàn giao.",
        ),
        (
            {"received_cases": 2, "received_subjects": 3},
            "Chỉ tiếp nhận 02 vụ/03 người do phía bạn, cơ quan khác bàn giao.",
        ),
    ],
)
def test_received_cases_are_told_apart(now, sentence):
    assert crime(now)[-1] == sentence
