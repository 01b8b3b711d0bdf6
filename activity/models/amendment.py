"""The correction of what was approved: a new version of a return, begun as a copy; the old one stays as it was.

What was opened by mistake is withdrawn.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..kinds import ALL_KINDS
from .choices import Status
from .history import Action, Stale, together
from .marks import ReturnKind
from .returns import UnitReturn, WrongStatus, as_seen
from .steps import Step


def amend(unit_return: UnitReturn, *, by, reason: str, seen: int | None = None) -> UnitReturn:
    """Open a new version of an approved return, for a written reason, and return it: a draft with the same records.

    The approved version stays in force until the new one is approved. In a closed quarter a unit that has nothing
    approved gets its first version opened. Raises WrongStatus where a version is open already, ValidationError
    without a reason, and where the unit has none and none is expected.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write the reason; it stays beside the old and the new figures.")})
    with together(), unit_return.stepping(Step.AMENDED, by):
        versions = UnitReturn.objects.filter(unit=unit_return.unit_id, quarter=unit_return.quarter_id)
        # Locked first, in the order of an approval, and read afterwards: who has waited for somebody else sees it.
        list(versions.order_by("version").select_for_update(of=("self",), no_key=True))
        read = versions.select_related("unit", "quarter").order_by("version")
        there = {version.status: version for version in read}
        if Status.APPROVED in there and not there.keys() & {Status.DRAFT, Status.SUBMITTED}:
            if seen is not None and there[Status.APPROVED].revision != seen:
                raise Stale
            opened = _copied(there[Status.APPROVED], reason, 1 + max(version.version for version in read))
        elif unit_return.quarter.closed and not there.keys() - {Status.DRAFT}:
            if not there and not unit_return.unit.is_expected(unit_return.quarter):
                raise ValidationError(_("No return of this unit is expected for this quarter. Nothing was changed."))
            opened = _opened_after_the_close(unit_return, reason)
        else:
            raise WrongStatus(list(there.values())[-1] if there else unit_return)
        opened.keep_step(Step.AMENDED, by, reason=reason)
    return opened


def withdraw(unit_return: UnitReturn, *, by, reason: str, seen: int | None = None) -> None:
    """Withdraw an amendment that was opened by mistake, for a written reason: it is kept, to be read alone.

    The next amendment is a version of its own. A first version, which nothing approved stands behind, is closed again
    as it stands. Raises WrongStatus or Stale where somebody was faster, ValidationError without a reason, and for
    what is no amendment or was submitted since it was opened.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write the reason; it stays beside the amendment.")})
    with together(), unit_return.stepping(Step.WITHDRAWN, by):
        opened = UnitReturn.objects.only_opened().filter(pk=unit_return.pk, **as_seen(seen))
        withdrawn = opened.moved(Status.WITHDRAWN) if unit_return.version > 1 else opened.update(reason="")
        if not withdrawn:
            refused = unit_return.why_not(Status.DRAFT)
            if isinstance(refused, Stale) and seen in {None, unit_return.revision}:
                raise ValidationError(
                    _("Only an amendment of which nothing was submitted yet is withdrawn. Nothing was changed.")
                )
            raise refused
        unit_return.keep_step(Step.WITHDRAWN, by, reason=reason)


def _opened_after_the_close(unit_return, reason):
    unit_return.begin()
    if not UnitReturn.objects.filter(pk=unit_return.pk, status=Status.DRAFT, reason="").update(reason=reason):
        raise WrongStatus(unit_return)
    unit_return.refresh_from_db()
    return unit_return


def _copied(old: UnitReturn, reason: str, version: int) -> UnitReturn:
    new = UnitReturn.objects.create(
        unit=old.unit, quarter=old.quarter, version=version, reason=reason, is_sample=old.is_sample
    )
    with UnitReturn.objects.written({new.pk}, *(kind.slug for kind in ALL_KINDS)):
        for kind in ALL_KINDS:
            _copy_records(kind, old, new)
    nothing = old.marks.filter(nothing_to_report=True).values_list("kind", flat=True)
    ReturnKind.objects.bulk_create(
        (ReturnKind(unit_return=new, kind=slug, nothing_to_report=True) for slug in nothing), action=Action.COPIED
    )
    return new


def _copy_records(kind, old, new):
    """Copy the records of a kind with their rows; each keeps its lineage, so that versions can be compared."""
    records = list(old.records(kind).order_by("pk"))
    if not records:
        return
    rows = list(kind.rows.objects.filter(case__in=[record.pk for record in records])) if kind.rows else []
    copies = {record.pk: _as_new(record) for record in records}
    for copy in copies.values():
        copy.unit_return = new
    kind.model.objects.bulk_create(copies.values(), action=Action.COPIED)
    for row in rows:
        _as_new(row).case = copies[row.case_id]
    if rows:
        kind.rows.objects.bulk_create(rows, action=Action.COPIED)


def _as_new(row):
    row.pk, row.revision, row._state.adding = None, 1, True
    return row
