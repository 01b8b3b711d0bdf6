"""Propaganda sessions of one unit in one quarter."""

from ..models.choices import LIVE_FORMS, PropagandaForm, PropagandaTopic
from ..models.records import PropagandaSession
from .totals import shares
from .work import chosen, in_rows

SIZES = (1, 1, 2, 2, 3, 3)
# How often a form is chosen, and how many listen to one session of it.
FORMS = {
    PropagandaForm.CONCENTRATED: 6,
    PropagandaForm.SMALL_GROUP: 6,
    PropagandaForm.MOBILE: 4,
    PropagandaForm.SCHOOL: 2,
    PropagandaForm.CONTEST: 0.3,
    PropagandaForm.INTEGRATED: 5,
    PropagandaForm.BILATERAL: 0.8,
    PropagandaForm.BROADCAST: 1,
    PropagandaForm.LEAFLET: 2,
    PropagandaForm.ONLINE: 1,
}
LISTENERS = {
    PropagandaForm.CONCENTRATED: 75,
    PropagandaForm.SMALL_GROUP: 12,
    PropagandaForm.MOBILE: 60,
    PropagandaForm.SCHOOL: 140,
    PropagandaForm.CONTEST: 200,
    PropagandaForm.INTEGRATED: 38,
    PropagandaForm.BILATERAL: 25,
    PropagandaForm.BROADCAST: 50,
    PropagandaForm.LEAFLET: 30,
    PropagandaForm.ONLINE: 0,
}
TOPICS = {
    PropagandaTopic.BORDER_LAW: 6,
    PropagandaTopic.ILLEGAL_CROSSING: 5,
    PropagandaTopic.DRUGS: 3,
    PropagandaTopic.TRAFFICKING: 2,
    PropagandaTopic.SMUGGLING_FIREWORKS: 2,
    PropagandaTopic.WEAPONS: 1,
    PropagandaTopic.POLICY: 3,
    PropagandaTopic.ETHNIC_RELIGION: 1,
    PropagandaTopic.DISASTER_HEALTH: 1,
    PropagandaTopic.OTHER: 0.5,
}
# Fireworks are talked of round the new year, floods in summer.
COLD, WARM = {PropagandaTopic.SMUGGLING_FIREWORKS: 5}, {PropagandaTopic.DISASTER_HEALTH: 3}
PARTNERS = ("", "", "Ủy ban nhân dân xã", "Công an xã", "Hội Liên hiệp Phụ nữ xã", "Đoàn Thanh niên xã", "Trường học")


def propaganda(work) -> list[PropagandaSession]:
    dice = work.dice("propaganda")
    topics = TOPICS | (COLD if work.quarter.number in {1, 4} else WARM)
    times = in_rows(dice, work.totals.sessions, SIZES)
    # The first row has listeners, so that there is always somebody to take them.
    forms = [PropagandaForm.CONCENTRATED, *(chosen(dice, FORMS) for _ in times[1:])][: len(times)]
    weights = [n * LISTENERS[form] * dice.uniform(0.6, 1.4) for n, form in zip(times, forms, strict=True)]
    least = [n if form in LIVE_FORMS else 0 for n, form in zip(times, forms, strict=True)]
    return [
        PropagandaSession(
            date=work.day(dice),
            form=form,
            topic=chosen(dice, topics),
            times=n,
            listener_turns=listeners,
            leaflets=_leaflets(dice, form),
            partner=dice.choice(PARTNERS),
        )
        for n, form, listeners in zip(times, forms, shares(work.totals.listeners, weights, least), strict=True)
    ]


def _leaflets(dice, form):
    if form == PropagandaForm.LEAFLET:
        return 50 * dice.randint(2, 10)
    return 10 * dice.randint(2, 8) if form == PropagandaForm.CONCENTRATED and dice.random() < 0.4 else None
