"""Addresses of returns and records."""

from django.urls import path

from .views import completeness, deletion, entry, history, inbox, indicators, returns, steps

RETURN = "returns/<slug:unit>/<quarter:quarter>/"

urlpatterns = [
    path("returns/", returns.returns, name="returns"),
    path(RETURN, returns.return_page, name="return"),
    path(f"{RETURN}submit/", steps.return_submit, name="return_submit"),
    path(f"{RETURN}send-back/", steps.return_send_back, name="return_send_back"),
    path(f"{RETURN}approve/", steps.return_approve, name="return_approve"),
    path(f"{RETURN}amend/", steps.return_amend, name="return_amend"),
    path(f"{RETURN}withdraw/", steps.return_withdraw, name="return_withdraw"),
    path(f"{RETURN}extend/", steps.return_extend, name="return_extend"),
    path(f"{RETURN}versions/<int:version>/", returns.return_version, name="return_version"),
    path(f"{RETURN}versions/<int:version>/difference/", returns.return_difference, name="return_difference"),
    path(f"{RETURN}history/", history.return_history, name="return_history"),
    path(f"{RETURN}indicators/", indicators.indicators, name="indicators"),
    path(f"{RETURN}<kind:kind>/add/", entry.record_add, name="record_add"),
    path(f"{RETURN}<kind:kind>/nothing/", steps.return_nothing, name="return_nothing"),
    path(f"{RETURN}<kind:kind>/check/", steps.return_check, name="return_check"),
    path(f"{RETURN}<kind:kind>/<int:pk>/", entry.record_edit, name="record"),
    path(f"{RETURN}<kind:kind>/<int:pk>/delete/", deletion.record_delete, name="record_delete"),
    path(f"{RETURN}<kind:kind>/<int:pk>/history/", history.record_history, name="record_history"),
    path("records/<kind:kind>/", returns.records, name="records"),
    path("completeness/", completeness.completeness, name="completeness"),
    path("completeness/export/", completeness.completeness_export, name="completeness_export"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox_read"),
    path("inbox/<int:pk>/", inbox.inbox_open, name="inbox_open"),
]
