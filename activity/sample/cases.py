"""Cases of one unit in one quarter, with what was seized."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from ..models.cases import CriminalCase, Exhibit
from ..models.choices import CaseCategory, CaseOutcome, CaseRole, CaseStage, ExhibitUnit
from .totals import HALF_A_MILLION, shares
from .work import chosen, in_rows

SIZES = (1, 1, 1, 1, 1, 1, 2, 3)
CATEGORIES = {
    CaseCategory.DRUGS: 4,
    CaseCategory.ILLEGAL_CROSSING: 8,
    CaseCategory.ORGANISING_CROSSING: 2,
    CaseCategory.SMUGGLING: 3,
    CaseCategory.PROHIBITED_GOODS: 3,
    CaseCategory.COUNTERFEIT: 0.3,
    CaseCategory.HUMAN_TRAFFICKING: 0.3,
    CaseCategory.WEAPONS_EXPLOSIVES: 1,
    CaseCategory.MINERALS_FOREST_WILDLIFE: 1,
    CaseCategory.BORDER_REGULATION: 2,
    CaseCategory.TRADE_FRAUD: 0.7,
    CaseCategory.GAMBLING_ORDER: 0.5,
    CaseCategory.OTHER: 0.3,
}
# Illegal crossers come in groups; most other cases have one or two subjects.
SUBJECTS = {
    CaseCategory.ILLEGAL_CROSSING: 18,
    CaseCategory.ORGANISING_CROSSING: 5,
    CaseCategory.BORDER_REGULATION: 4,
    CaseCategory.GAMBLING_ORDER: 5,
}
CRIMES = {CaseOutcome.PROSECUTED: 6, CaseOutcome.VERIFYING: 2, CaseOutcome.TRANSFERRED: 2}
OFFENCES = {CaseOutcome.FINED: 7, CaseOutcome.TRANSFERRED: 2, CaseOutcome.VERIFYING: 1}
OUTCOMES = {
    CaseCategory.DRUGS: CRIMES,
    CaseCategory.ORGANISING_CROSSING: CRIMES,
    CaseCategory.HUMAN_TRAFFICKING: CRIMES,
    CaseCategory.WEAPONS_EXPLOSIVES: CRIMES,
    CaseCategory.ILLEGAL_CROSSING: {CaseOutcome.FINED: 6, CaseOutcome.WARNED: 2, CaseOutcome.PUSHED_BACK: 2},
    CaseCategory.BORDER_REGULATION: {CaseOutcome.FINED: 5, CaseOutcome.WARNED: 4, CaseOutcome.NO_ACTION: 1},
}
EXHIBITS: Mapping[str, Sequence[tuple[str, ExhibitUnit, int, int]]] = {
    CaseCategory.DRUGS: (("Heroin", ExhibitUnit.GRAM, 2, 350), ("Ma túy tổng hợp", ExhibitUnit.PILL, 20, 900)),
    CaseCategory.SMUGGLING: (("Quần áo may sẵn", ExhibitUnit.SET, 40, 600), ("Thuốc lá", ExhibitUnit.PACKET, 50, 900)),
    CaseCategory.PROHIBITED_GOODS: (("Pháo nổ", ExhibitUnit.KG, 3, 80), ("Pháo hoa nổ", ExhibitUnit.BATTERY, 2, 40)),
    CaseCategory.COUNTERFEIT: (("Tiền giả", ExhibitUnit.SHEET, 5, 90),),
    CaseCategory.WEAPONS_EXPLOSIVES: (("Súng tự chế", ExhibitUnit.GUN, 1, 4), ("Đạn", ExhibitUnit.ROUND, 5, 120)),
    CaseCategory.MINERALS_FOREST_WILDLIFE: (("Gỗ nghiến", ExhibitUnit.CUBIC_METRE, 1, 9),),
    CaseCategory.TRADE_FRAUD: (("Hàng đông lạnh", ExhibitUnit.KG, 100, 2_000),),
}
# Things that are weighed or measured, and so have decimals.
MEASURED = {ExhibitUnit.GRAM, ExhibitUnit.KG, ExhibitUnit.CUBIC_METRE}
GOODS = {CaseCategory.SMUGGLING, CaseCategory.PROHIBITED_GOODS, CaseCategory.WEAPONS_EXPLOSIVES}


def cases(work, projects=()) -> list[CriminalCase]:
    """Cases caught, which add up to the unit's share, and a few that enter no total."""
    dice = work.dice("cases")
    sizes = in_rows(dice, work.totals.cases, SIZES)
    caught = [_caught(work, dice, number, size) for number, size in enumerate(sizes, start=1)]
    _share_out_subjects(work, dice, caught)
    _share_out_fines(work, dice, caught)
    for project in projects:
        _join(project, caught)
    return caught + _uncounted(work, dice, caught)


def _caught(work, dice, number, size):
    # The first has subjects and is fined, so that there is always somebody to take the unit's share of both.
    category = chosen(dice, CATEGORIES) if number > 1 else CaseCategory.ILLEGAL_CROSSING
    ownerless = size == 1 and category in GOODS and dice.random() < 0.3
    outcome = chosen(dice, OUTCOMES.get(category, OFFENCES)) if number > 1 else CaseOutcome.FINED
    return CriminalCase(
        date=work.day(dice),
        code=f"{work.quarter.number}{number:02}/{work.quarter.year}" if size == 1 else "",
        category=category,
        role=CaseRole.LEAD if dice.random() < 0.75 else CaseRole.SUPPORT,
        stage=CaseStage.DETECTED,
        cases=size,
        subjects=0,
        ownerless=int(ownerless),
        outcome=CaseOutcome.VERIFYING if ownerless else outcome,
    )


def _share_out_subjects(work, dice, caught):
    owned = [case for case in caught if not case.ownerless]
    weights = [case.cases * SUBJECTS.get(case.category, 1) * dice.uniform(0.4, 1.6) for case in owned]
    for case, subjects in zip(owned, shares(work.totals.subjects, weights, [1] * len(owned)), strict=True):
        case.subjects = subjects


def _share_out_fines(work, dice, caught):
    """Give each fined case what was paid; the fine may be more (not all paid) or less (goods sold)."""
    fined = [case for case in caught if case.outcome == CaseOutcome.FINED]
    weights = [(case.subjects + 5 * case.cases) * dice.uniform(0.5, 1.5) for case in fined]
    for case, paid in zip(fined, shares(work.totals.half_millions_paid, weights, [1] * len(fined)), strict=True):
        case.paid_vnd = paid * HALF_A_MILLION
        case.fined_vnd = max(1, round(paid * dice.choice((1, 1, 1, 1.25, 0.8)))) * HALF_A_MILLION


def _join(project, caught):
    """The first case of the project's category belongs to it."""
    case = next((case for case in caught if case.category == project.category and not case.ownerless), None)
    if case:
        case.project = project.code


def _uncounted(work, dice, caught):
    """Rows beside the cases caught: received, of another unit, or the outcome of an earlier case."""
    if not caught:
        return []
    rows = []
    if dice.random() < (0.6 if work.has_gate else 0.12):
        rows.append(_row_of_one(work, dice, CaseRole.RECEIVED, CaseOutcome.VERIFYING, dice.randint(1, 5)))
    if dice.random() < 0.12:
        rows.append(_row_of_one(work, dice, CaseRole.INTERNAL, CaseOutcome.TRANSFERRED, dice.randint(1, 3)))
    if dice.random() < 0.35:
        outcome = dice.choice((CaseOutcome.PROSECUTED, CaseOutcome.TRANSFERRED))
        row = _row_of_one(work, dice, CaseRole.LEAD, outcome, dice.randint(1, 3))
        row.stage = CaseStage.FOLLOW_UP
        rows.append(row)
    return rows


def _row_of_one(work, dice, role, outcome, subjects):
    category = dice.choice((CaseCategory.DRUGS, CaseCategory.ILLEGAL_CROSSING, CaseCategory.ORGANISING_CROSSING))
    return CriminalCase(date=work.day(dice), category=category, role=role, subjects=subjects, outcome=outcome)


def exhibits(case: CriminalCase, dice: Random) -> list[Exhibit]:
    """What was seized in ``case``."""
    things = EXHIBITS.get(case.category, ())
    return [
        Exhibit(case=case, name=name, quantity=_quantity(dice, unit, least, most), unit=unit)
        for name, unit, least, most in dice.sample(things, min(len(things), dice.randint(1, 2)))
    ]


def _quantity(dice, unit, least, most):
    whole = Decimal(dice.randint(least, most))
    return whole + Decimal(dice.randint(1, 999)) / 1000 if unit in MEASURED else whole
