"""The published quarter as one unit's figures, and the sentences that a quarter made by hand is told in."""

import datetime
from decimal import Decimal

from django.utils.translation import override

from activity.figures import Ceremony, ProjectName
from activity.measures import BY_SLUG
from reports import narrative

from .made_figures import made_figures, made_period, made_units

Q1 = made_period(2024, 1)
(HQ,) = made_units("HQ")

CAO_BANG = {
    "patrols": 412,
    "patrol_turns": 3889,
    ("patrols", "unilateral"): 380,
    ("patrol_turns", "unilateral"): 3600,
    ("patrols", "bilateral"): 8,
    ("patrol_turns", "bilateral"): 120,
    ("patrols", "local_control"): 24,
    ("patrol_turns", "local_control"): 169,
    "partner_turns": 640,
    "cleared_km": Decimal("50.4"),
    "propaganda": 329,
    "listener_turns": 15749,
    ("propaganda", "border_law"): 120,
    ("propaganda", "drugs"): 150,
    ("propaganda", "other"): 59,
    "leaflets": 2300,
    "projects_opened": 1,
    "projects_succeeded": 1,
    "cases": 144,
    "subjects": 1421,
    "lead_cases": 100,
    "lead_subjects": 1000,
    "support_cases": 44,
    "support_subjects": 421,
    "ownerless": 6,
    "outcome_cases": 146,
    "outcome_subjects": 1424,
    ("outcome_cases", "verifying"): 5,
    ("outcome_subjects", "verifying"): 7,
    ("outcome_cases", "prosecuted"): 12,
    ("outcome_subjects", "prosecuted"): 20,
    ("outcome_cases", "fined"): 129,
    ("outcome_subjects", "fined"): 1397,
    "fined_vnd": 1_034_500_000,
    "paid_vnd": 1_034_500_000,
    "received_cases": 2,
    "received_subjects": 3,
    "foreign_events": 21,
    ("foreign_events", "talks"): 3,
    ("foreign_events", "meeting"): 12,
    ("foreign_events", "letter"): 4,
    ("foreign_events", "handover"): 1,
    ("foreign_events", "ceremony"): 1,
    "persons_handed": 5,
    "bilateral_patrols": 8,
}
CB324 = ProjectName(
    Q1, HQ, "CB324", "organising_crossing", "Tổ chức, môi giới cho người khác nhập cảnh trái phép", True
)
TRA_LINH = Ceremony(
    Q1,
    HQ,
    datetime.date(2023, 12, 28),
    "Lễ công bố nâng cấp cửa khẩu Trà Lĩnh (Việt Nam) - Long Bang (Trung Quốc) thành cửa khẩu quốc tế, "
    "bao gồm lối thông quan Nà Đoỏng - Nà Ráy",
    "",
    "",
    "advise_upc",
)


def quarter(now, base=None, **named):
    """One unit's quý I/2024, and its quý I/2023 if there was one."""
    cells = {(2024, 1, "HQ"): now} | ({} if base is None else {(2023, 1, "HQ"): base})
    return made_figures(cells, units=("HQ",), **named)


def told(slug, now, base=None, **named):
    """The sentences of one section."""
    sections = {section.slug: section for section in narrative.results(quarter(now, base, **named), Q1)}
    return sections[slug].sentences


def border(now, base=None):
    return told("border", now, base)


def propaganda(now, base=None):
    return told("propaganda", now, base)


def crime(now, base=None, **named):
    return told("crime", now, base, **named)


def foreign(now, base=None, **named):
    return told("foreign", now, base, **named)


def project(code, *, category="drugs", crime="", opened_in_quarter=True):
    return ProjectName(Q1, HQ, code, category, crime, opened_in_quarter)


def word(measure, part):
    """A part's Vietnamese label as it stands inside a sentence."""
    with override("vi"):
        label = str(BY_SLUG[measure].parts[part])
    return label if label.startswith("Luật ") else label[0].lower() + label[1:]
