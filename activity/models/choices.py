"""The allowed values of every choice field, in the office's order (DOMAIN, sections 1, 3 and 7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def in_short(label) -> str:
    """The words of a choice without the explanation in brackets that its form gives."""
    return str(label).partition(" (")[0]


class UnitKind(models.TextChoices):
    SUPERIOR = "superior", pgettext_lazy("unit", "Body above the command")
    COMMAND = "command", pgettext_lazy("unit", "Command")
    STAFF = "staff", pgettext_lazy("unit", "Command staff")
    SECTION = "section", pgettext_lazy("unit", "Section")
    POST = "post", pgettext_lazy("unit", "Border post")
    GATE_POST = "gate_post", _("Border-gate post")
    INTL_GATE_POST = "intl_gate_post", _("International border-gate post")
    STATION = "station", _("Border station")
    BATTALION = "battalion", _("Battalion")


# On these the tree of units and what is seen of it stand.
NEVER_ANOTHER = frozenset({UnitKind.SUPERIOR, UnitKind.COMMAND})


class Role(models.TextChoices):
    STAFF = "staff", pgettext_lazy("role", "Data entry staff")
    HEAD = "head", pgettext_lazy("role", "Head of the unit")
    CHECKER = "checker", pgettext_lazy("role", "Data checker")
    COMMANDER = "commander", pgettext_lazy("role", "Provincial command")
    ADMIN = "admin", pgettext_lazy("role", "System administrator")


# These roles enter records.
ENTERS = frozenset({Role.STAFF, Role.HEAD})
# These roles act on the returns of their own unit; the others on those of all units that they see.
OF_ONE_UNIT = frozenset({Role.STAFF, Role.HEAD})


class Status(models.TextChoices):
    """The states of a return. A return that was sent back is a draft again."""

    DRAFT = "draft", pgettext_lazy("return", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("return", "Submitted")
    APPROVED = "approved", pgettext_lazy("return", "Approved")
    SUPERSEDED = "superseded", pgettext_lazy("return", "Superseded")
    # An amendment that was opened by mistake.
    WITHDRAWN = "withdrawn", pgettext_lazy("return", "Withdrawn")


# Versions that are kept to be read alone: another one counts, or nothing does.
PAST = frozenset({Status.SUPERSEDED, Status.WITHDRAWN})


class ReportSection(models.TextChoices):
    """The four parts of the report's second section, in their order (DOMAIN, section 6)."""

    BORDER = "border", _("Border management and protection")
    PROPAGANDA = "propaganda", _("Propaganda and mass mobilisation")
    CRIME = "crime", _("Fight against drugs and crime")
    FOREIGN = "foreign", _("Border foreign affairs")


class IndicatorNumber(models.TextChoices):
    WHOLE = "whole", pgettext_lazy("number", "Whole number")
    DECIMAL = "decimal", pgettext_lazy("number", "With one decimal")
    MONEY = "money", pgettext_lazy("number", "Money (đồng)")


class PatrolForm(models.TextChoices):
    UNILATERAL = "unilateral", _("Unilateral patrol")
    JOINT_DOMESTIC = "joint_domestic", _("Joint patrol with police, army, militia")
    BILATERAL = "bilateral", _("Bilateral patrol")
    JOINT_LAW_ENFORCEMENT = "joint_law_enforcement", _("Joint law-enforcement patrol")
    LOCAL_CONTROL = "local_control", _("Control of the local area")
    CLEARING = "clearing", _("Clearing of the patrol path")


class PropagandaForm(models.TextChoices):
    CONCENTRATED = "concentrated", _("Assembly")
    SMALL_GROUP = "small_group", _("Small group, household")
    MOBILE = "mobile", _("Mobile (loudspeaker)")
    SCHOOL = "school", _("At a school")
    CONTEST = "contest", _("Contest")
    INTEGRATED = "integrated", _("Within a village meeting or patrol")
    BILATERAL = "bilateral", _("Bilateral propaganda")
    BROADCAST = "broadcast", _("Broadcast")
    LEAFLET = "leaflet", _("Leaflets")
    ONLINE = "online", _("Social networks")


# Forms in which people stand before the speaker, so that each session has a listener.
LIVE_FORMS = (
    PropagandaForm.CONCENTRATED,
    PropagandaForm.SMALL_GROUP,
    PropagandaForm.MOBILE,
    PropagandaForm.SCHOOL,
    PropagandaForm.CONTEST,
    PropagandaForm.INTEGRATED,
    PropagandaForm.BILATERAL,
)


class PropagandaTopic(models.TextChoices):
    BORDER_LAW = "border_law", _("Border Guard Law, border regulations")
    ILLEGAL_CROSSING = "illegal_crossing", _("Against illegal entry and exit")
    DRUGS = "drugs", _("Against drugs")
    TRAFFICKING = "trafficking", _("Against human trafficking")
    SMUGGLING_FIREWORKS = "smuggling_fireworks", _("Against smuggling and fireworks")
    WEAPONS = "weapons", _("Handing in weapons and explosives")
    POLICY = "policy", _("Policies and law")
    ETHNIC_RELIGION = "ethnic_religion", _("Ethnic groups and religion")
    DISASTER_HEALTH = "disaster_health", _("Against disasters and epidemics")
    OTHER = "other", pgettext_lazy("topic", "Other topic")


class CaseCategory(models.TextChoices):
    DRUGS = "drugs", _("Drugs")
    ILLEGAL_CROSSING = "illegal_crossing", _("Illegal entry and exit")
    ORGANISING_CROSSING = "organising_crossing", _("Organising or brokering illegal entry and exit")
    SMUGGLING = "smuggling", _("Smuggling, illegal transport of goods")
    PROHIBITED_GOODS = "prohibited_goods", _("Prohibited goods, fireworks")
    COUNTERFEIT = "counterfeit", _("Counterfeit goods and money")
    HUMAN_TRAFFICKING = "human_trafficking", _("Human trafficking")
    WEAPONS_EXPLOSIVES = "weapons_explosives", _("Weapons, explosives")
    MINERALS_FOREST_WILDLIFE = "minerals_forest_wildlife", _("Minerals, forest products, wildlife")
    BORDER_REGULATION = "border_regulation", _("Breach of border-area regulations")
    TRADE_FRAUD = "trade_fraud", _("Trade fraud")
    GAMBLING_ORDER = "gambling_order", _("Gambling, public order")
    OTHER = "other", pgettext_lazy("case", "Other category")


class CaseRole(models.TextChoices):
    LEAD = "lead", pgettext_lazy("case", "Lead")
    SUPPORT = "support", pgettext_lazy("case", "Support (led by a force outside the border guard)")
    RECEIVED = "received", pgettext_lazy("case", "Received (from the other side or another body)")
    INTERNAL = "internal", pgettext_lazy("case", "Internal support (led by another unit; not counted)")


class CaseStage(models.TextChoices):
    DETECTED = "detected", pgettext_lazy("case", "Detected in the quarter")
    FOLLOW_UP = "follow_up", pgettext_lazy("case", "Outcome of a case reported before")


class CaseOutcome(models.TextChoices):
    VERIFYING = "verifying", _("Being verified")
    PROSECUTED = "prosecuted", _("Prosecuted")
    TRANSFERRED = "transferred", _("Handed to the competent body")
    FINED = "fined", _("Administrative fine")
    WARNED = "warned", _("Warned, educated")
    PUSHED_BACK = "pushed_back", _("Returned, sent back across the border")
    NO_ACTION = "no_action", _("Not enough grounds to act")


class ExhibitUnit(models.TextChoices):
    """Units of quantity are Vietnamese words on every screen and paper: data, not text of the interface."""

    KG = "kg", "kg"
    GRAM = "gam", "gam"
    TONNE = "tan", "tấn"
    PILL = "vien", "viên"
    ROUND = "vien_dan", "viên đạn"
    FRUIT = "qua", "quả"
    BATTERY = "gian", "giàn"
    CRATE = "thung", "thùng"
    PACKET = "goi", "gói"
    BRICK = "banh", "bánh"
    GUN = "khau", "khẩu"
    PIECE = "chiec", "chiếc"
    SET = "bo", "bộ"
    SACK = "bao", "bao"
    BOX = "hop", "hộp"
    SHEET = "to", "tờ"
    LITRE = "lit", "lít"
    CUBIC_METRE = "m3", "m³"
    METRE = "met", "mét"
    TREE = "cay", "cây"
    ANIMAL = "con", "con"
    DONG = "dong", "đồng"
    YUAN = "nhan_dan_te", "nhân dân tệ"


class ProjectLevel(models.TextChoices):
    PROJECT = "project", pgettext_lazy("project", "Special project")
    PLAN = "plan", pgettext_lazy("project", "Operational plan")


class ProjectOwner(models.TextChoices):
    OWN = "own", pgettext_lazy("project", "Led by the provincial border guard")
    HIGHER = "higher", pgettext_lazy("project", "Led by a higher level")


class ProjectStage(models.TextChoices):
    OPENED = "opened", pgettext_lazy("project", "Newly opened")
    ACTIVE = "active", pgettext_lazy("project", "Under way")
    SUCCESS = "success", pgettext_lazy("project", "Concluded with success")
    SUSPENDED = "suspended", pgettext_lazy("project", "Suspended")
    CLOSED = "closed", pgettext_lazy("project", "Closed without result")
    HANDED_OVER = "handed_over", pgettext_lazy("project", "Handed to another force")


class EventType(models.TextChoices):
    TALKS = "talks", pgettext_lazy("event", "Talks")
    MEETING = "meeting", pgettext_lazy("event", "Meeting")
    HANDOVER = "handover", pgettext_lazy("event", "Handover")
    LETTER = "letter", pgettext_lazy("event", "Exchange of letters")
    HOTLINE = "hotline", pgettext_lazy("event", "Hotline contact")
    COURTESY = "courtesy", pgettext_lazy("event", "Visit, congratulation")
    EXCHANGE = "exchange", pgettext_lazy("event", "Friendship exchange, twinning")
    CEREMONY = "ceremony", pgettext_lazy("event", "Ceremony")


class EventLevel(models.TextChoices):
    PROVINCE = "province", pgettext_lazy("event level", "Province")
    POST = "post", pgettext_lazy("event level", "Post")
    STATION = "station", pgettext_lazy("event level", "Station")
    ADVISE_UPC = "advise_upc", _("Advising the provincial People's Committee")
