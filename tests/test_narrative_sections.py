"""The sentences on the border, propaganda and foreign affairs, in every variant (DOMAIN, section 10)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from activity.measures import BY_SLUG
from tests.made_figures import made_period
from tests.made_quarter import CAO_BANG, TRA_LINH, border, foreign, propaganda, word

# 1. Border.


@pytest.mark.parametrize(
    ("base", "sentence"),
    [
        (None, "Trong quý, các đơn vị không tổ chức tuần tra, kiểm tra, kiểm soát."),
        (
            {"patrols": 3, "patrol_turns": 12},
            "Trong quý, các đơn vị không tổ chức tuần tra, kiểm tra, kiểm soát, giảm 03 lần so với cùng kỳ năm 2023.",
        ),
        (
            {},
            "Trong quý, các đơn vị không tổ chức tuần tra, kiểm tra, kiểm soát, cùng kỳ năm 2023 cũng không tổ chức.",
        ),
    ],
)
def test_no_patrols(base, sentence):
    assert border({}, base)[0] == sentence


def test_one_patrol():
    sentences = border({"patrols": 1, "patrol_turns": 6, ("patrols", "unilateral"): 1})
    assert sentences[0].endswith("kiểm soát 01 lần/06 lượt người tham gia.")
    assert sentences[1] == f"Hình thức: {word('patrols', 'unilateral')}."


def test_the_forms_of_patrol_are_told_each_with_its_people():
    assert border(CAO_BANG)[1:3] == (
        f"Trong đó: {word('patrols', 'unilateral')} 380 lần/3.600 lượt người; "
        f"{word('patrols', 'bilateral')} 08 lần/120 lượt người; "
        f"{word('patrols', 'local_control')} 24 lần/169 lượt người.",
        "Lực lượng phối hợp tham gia 640 lượt người.",
    )


@pytest.mark.parametrize(
    ("now", "base", "sentence"),
    [
        ("50.4", None, "Đã phát quang trên 50 km đường tuần tra."),
        ("50.4", "46.2", "Đã phát quang trên 50 km đường tuần tra, tăng 4,2 km (9,1%) so với cùng kỳ năm 2023."),
        ("5.0", "10.0", "Đã phát quang 5 km đường tuần tra, giảm 5 km (50%) so với cùng kỳ năm 2023."),
        (
            "4.2",
            "0",
            "Đã phát quang 4,2 km đường tuần tra, tăng 4,2 km so với cùng kỳ năm 2023 (cùng kỳ không phát quang).",
        ),
        ("4.2", "4.2", "Đã phát quang 4,2 km đường tuần tra, bằng cùng kỳ năm 2023."),
        ("0", None, "Không phát quang đường tuần tra."),
        ("0", "2.5", "Không phát quang đường tuần tra, giảm 2,5 km (100%) so với cùng kỳ năm 2023."),
        ("0", "0", "Không phát quang đường tuần tra, cùng kỳ năm 2023 cũng không phát quang."),
    ],
)
def test_the_path_that_was_cleared(now, base, sentence):
    now, base = ({"cleared_km": Decimal(km)} if km else None for km in (now, base))
    assert border(now, base)[-1] == sentence


# 2. Propaganda.


@pytest.mark.parametrize(
    ("base", "sentence"),
    [
        (None, "Trong quý, các đơn vị không tổ chức tuyên truyền, vận động quần chúng."),
        (
            {"propaganda": 40},
            "Trong quý, các đơn vị không tổ chức tuyên truyền, vận động quần chúng, "
            "giảm 40 lần (100%) so với cùng kỳ năm 2023.",
        ),
    ],
)
def test_no_propaganda(base, sentence):
    assert propaganda({}, base) == (sentence,)


def test_sessions_that_nobody_was_counted_at_have_no_listeners():
    assert propaganda({"propaganda": 2})[0].endswith("tuyên truyền, vận động quần chúng 02 lần.")


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (
            {("propaganda", "drugs"): 12, ("propaganda", "policy"): 3, "leaflets": 500},
            "Nội dung nhiều nhất là {drugs} (12 lần); đã phát 500 tờ rơi.",
        ),
        ({("propaganda", "drugs"): 12, ("propaganda", "other"): 30}, "Nội dung nhiều nhất là {drugs} (12 lần)."),
        (
            {("propaganda", "drugs"): 4, ("propaganda", "policy"): 4},
            "Nội dung nhiều nhất là {drugs}; {policy} (mỗi nội dung 04 lần).",
        ),
        ({("propaganda", "drugs"): 4}, "Nội dung tuyên truyền là {drugs}."),
        ({("propaganda", "other"): 4, "leaflets": 6}, "Đã phát 06 tờ rơi."),
    ],
)
def test_the_topic_told_most_often_and_the_leaflets(now, sentence):
    labels = {topic: word("propaganda", topic) for topic in ("drugs", "policy")}
    assert propaganda({"propaganda": 42} | now)[1] == sentence.format(**labels)


@pytest.mark.parametrize("now", [{}, {("propaganda", t): 1 for t in ("drugs", "policy", "weapons", "border_law")}])
def test_without_a_topic_at_the_top_none_is_named(now):
    assert len(propaganda({"propaganda": 4} | now)) == 1


def test_a_proper_name_keeps_its_capital_inside_a_sentence(monkeypatch):
    measure = replace(BY_SLUG["propaganda"])
    parts = {"border_law": "Luật Biên phòng Việt Nam", "drugs": "Phòng, chống ma túy"}
    monkeypatch.setattr(type(measure), "parts", parts)
    now = {"propaganda": 4, ("propaganda", "border_law"): 2, ("propaganda", "drugs"): 2}
    assert "là Luật Biên phòng Việt Nam; phòng, chống ma túy (" in propaganda(now)[1]


# 4. Foreign affairs.


def test_events_are_told_each_with_its_counting_word():
    assert foreign(CAO_BANG, CAO_BANG, ceremonies=(TRA_LINH,))[1:] == (
        "Trong quý, đã hội đàm 03 cuộc, gặp gỡ, làm việc 12 lần, trao đổi 04 thư, "
        "trao trả, tiếp nhận 01 lần/05 người.",
        "Tuần tra song phương, liên hợp chấp pháp 08 lần (đã tính tại mục 1).",
    )


def test_every_type_of_event_has_its_words():
    types = list(BY_SLUG["foreign_events"].parts)
    now = {"foreign_events": len(types)} | {("foreign_events", event_type): 1 for event_type in types}
    (sentence,) = foreign(now, {})
    assert sentence.count(" 01 ") == len(types)


def test_a_named_ceremony_is_not_counted_beside_the_events():
    now = {"foreign_events": 1, ("foreign_events", "ceremony"): 1}
    assert len(foreign(now, {}, ceremonies=(TRA_LINH,))) == 1
    assert foreign(now, {}) == ("Trong quý, đã tổ chức 01 lễ công bố, khai trương.",)


def test_a_ceremony_of_another_quarter_is_not_told():
    old = replace(TRA_LINH, period=made_period(2023, 1))
    assert foreign({}, ceremonies=(old,))[0] == "Trong quý, không phát sinh hoạt động đối ngoại biên phòng."


@pytest.mark.parametrize(
    ("level", "host"), [("province", "BĐBP tỉnh tổ chức Lễ"), ("post", "Đồn Biên phòng HQ tổ chức Lễ")]
)
def test_a_ceremony_is_held_by_whoever_held_it(level, host):
    assert f"năm 2023, {host}" in foreign({}, {}, ceremonies=(replace(TRA_LINH, level=level),))[0]


@pytest.mark.parametrize(
    ("now", "base", "sentences"),
    [
        (
            {},
            {},
            ("Trong quý, không phát sinh hoạt động đối ngoại biên phòng, cùng kỳ năm 2023 cũng không phát sinh.",),
        ),
        (
            {"bilateral_patrols": 2, "bilateral_propaganda": 1},
            {"foreign_events": 3},
            (
                "Tuần tra song phương, liên hợp chấp pháp 02 lần (đã tính tại mục 1); "
                "tuyên truyền song phương 01 lần (đã tính tại mục 2).",
                "Không phát sinh hoạt động đối ngoại khác, giảm 03 lần so với cùng kỳ năm 2023.",
            ),
        ),
    ],
)
def test_no_events(now, base, sentences):
    assert foreign(now, base) == sentences
