"""Pages of reading: a unit's returns, one return, lists of records."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from ..access import asked_quarter, begun_quarters, visible_return, visible_units
from ..coverage import coverage
from ..difference import difference_of
from ..filters import record_filter
from ..forms import AmendForm, ExtensionForm, SendBackForm, WithdrawForm
from ..kinds import kinds_of
from ..measures import in_use as measures_in_use
from ..models.indicators import Indicator
from ..models.returns import UnitReturn
from ..models.steps import Step, taken_of
from ..return_page import return_context
from ..states import rows
from ..tables import CountedPages, Whole, record_table, totals

PAGE_SIZES = (25, 50, 100)


@require_safe
def returns(request):
    """The returns of a quarter, unit by unit; for people of one unit, their own, quarter by quarter."""
    units = visible_units(request.user)
    quarters = begun_quarters(request)
    by_unit = len(units) > 1
    quarter = asked_quarter(request)
    shown = [quarter] if by_unit and quarter else quarters
    listed = rows(units, shown, timezone.localdate(), progress=True)
    context = {
        "rows": listed,
        "by_unit": by_unit,
        "quarter": quarter,
        "is_sample": any(row.unit_return.is_sample for row in listed if row.unit_return),
    }
    return render(request, "activity/returns.html", context)


@require_safe
def return_page(request, unit, quarter):
    """One return: its kinds with totals and records, its steps, and how it came about."""
    return show_return(request, visible_return(request.user, unit, quarter, UnitReturn.objects.for_page(request.user)))


@require_safe
def return_version(request, unit, quarter, version):
    """One version of a return, to read: superseded and withdrawn ones stay for ever."""
    returns = UnitReturn.objects.for_page(request.user)
    return show_return(request, visible_return(request.user, unit, quarter, returns, version=version))


@require_safe
def return_difference(request, unit, quarter, version):
    """What a version changed against the one that it corrects, open ones too; the first version corrects nothing."""
    returns = UnitReturn.objects.with_indicators().with_progress().with_steps()
    unit_return = visible_return(request.user, unit, quarter, returns, version=version)
    before = unit_return.corrects
    if before is None:
        raise Http404
    steps = {taken.step: taken for taken in taken_of(unit_return)}
    context = {
        "unit_return": unit_return,
        "before": before,
        "opened": steps.get(Step.AMENDED),
        "approved": steps.get(Step.APPROVED),
        "withdrawn": steps.get(Step.WITHDRAWN),
        # A figure with a star may have changed in an earlier one.
        "others": [each for each in reversed(unit_return.versions) if each.version > 1 and each != unit_return],
        "difference": difference_of(before, unit_return),
        "is_sample": unit_return.is_sample,
    }
    return render(request, "activity/difference.html", context)


def show_return(request, unit_return, forms=None, status=200):
    """The page of a return; ``forms`` are those that come back with errors, by action."""
    context = return_context(request, unit_return)
    fresh = {"send_back": SendBackForm, "amend": AmendForm, "withdraw": WithdrawForm, "extend": ExtensionForm}
    forms = {action: (forms or {}).get(action) or form() for action, form in fresh.items()}
    forms["send_back"].fields["kinds"].choices = [(kind.slug, kind.label) for kind in unit_return.kinds]
    return render(request, "activity/return.html", context | {"forms": forms}, status=status)


@require_safe
def records(request, kind):
    """All records of a kind that the person may see: filtered, sorted, paged, summed; none where that was not read."""
    units = visible_units(request.user)
    of_all = UnitReturn.objects.of_units(units)
    visible = kind.model.objects.among(of_all) if len(units) > 1 else kind.model.objects.of_units(units)
    found = record_filter(kind)(request.GET, visible, units=units, quarters=begun_quarters(request))
    listed = found.qs.with_rows().select_related("unit_return", *kind.related)
    in_use = Indicator.objects.in_use()
    of_units, of_quarters = found.chosen(units, begun_quarters(request))
    chosen = found.form.cleaned_data.get("indicator") if found.is_understood else None
    covered = coverage(kind, of_units, of_quarters, in_use, chosen and chosen.pk) if found.is_understood else None
    whole = None
    if covered and found.whole_returns is not None:
        returns = of_all.filter(**found.whole_returns)
        whole = Whole(returns, covered.records, covered.has_sample)
    told = totals(kind, found.qs, whole, _asked_alone(chosen, of_quarters, in_use))
    # Below no rows a sum of 0 would say that there was none, where nobody has reported.
    sums = told.sums if told.count else {}
    table = record_table(kind)(listed, sums=sums, exclude=() if len(units) > 1 else ("unit",))
    RequestConfig(request, paginate=False).configure(table)
    # Rows that are equal in the sorted column keep one order from page to page.
    table.data.data = table.data.data.order_by(*table.data.data.query.order_by, "-date", "-pk")
    size = _page_size(request)
    table.paginate(CountedPages, per_page=size, count=told.count)
    table.page = table.paginator.get_page(request.GET.get("page"))
    _know(table.shown, units, begun_quarters(request))
    context = {
        "kind": kind,
        "kinds": kinds_of(kind.is_asked or in_use),
        "filter": found,
        "table": table,
        "sums": told.in_words,
        "coverage": covered,
        "page_sizes": PAGE_SIZES,
        "page_size": size,
        "is_sample": told.has_sample,
    }
    response = render(request, "activity/records.html", context)
    if "per_page" in request.GET:
        response.set_cookie("per_page", str(size), max_age=31_536_000, samesite="Lax")
    return response


def _know(records, units, quarters):
    """Let the returns of ``records`` know their units and quarters, which were read before them."""
    units, quarters = ({row.pk: row for row in rows} for rows in (units, quarters))
    for unit_return in (record.unit_return for record in records):
        unit_return.unit = units[unit_return.unit_id]
        if unit_return.quarter_id in quarters:  # not where the clock was set back
            unit_return.quarter = quarters[unit_return.quarter_id]


def _asked_alone(chosen, quarters, indicators):
    """The measure that the rows of a list add up to where they answer one indicator; None where they do not add up."""
    measure = next((each for each in measures_in_use(indicators) if chosen and each.slug == chosen.code), None)
    if measure is None or len(quarters) == 1:
        return measure
    return measure if measure.adds_up and not measure.redefined else None


def _page_size(request):
    """The page size asked for, else the one remembered, else the smallest."""
    asked = request.GET.get("per_page") or request.COOKIES.get("per_page")
    return next((size for size in PAGE_SIZES if str(size) == asked), PAGE_SIZES[0])
