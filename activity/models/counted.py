"""What numbers are counted in, wherever they are typed, listed, charted or printed (DOMAIN, sections 3 and 5)."""

from django.utils.translation import pgettext_lazy

TIMES = pgettext_lazy("counted in", "times")
TIMES_OR_LETTERS = pgettext_lazy("counted in", "times or letters")
TURNS = pgettext_lazy("counted in", "participant turns")
LISTENER_TURNS = pgettext_lazy("counted in", "listener turns")
KILOMETRES = pgettext_lazy("counted in", "km")
LEAFLETS = pgettext_lazy("counted in", "leaflets")
CASES = pgettext_lazy("counted in", "cases")
SUBJECTS = pgettext_lazy("counted in", "subjects")
PERSONS = pgettext_lazy("counted in", "persons")
DONG = pgettext_lazy("counted in", "đồng")
PROJECTS = pgettext_lazy("counted in", "special projects")
PLANS = pgettext_lazy("counted in", "plans")
