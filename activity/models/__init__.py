"""The tables, gathered for Django; code imports from the modules."""

from .answers import IndicatorAnswer
from .cases import CriminalCase, Exhibit
from .extension import Extension
from .figure import Figure
from .history import History
from .indicators import Indicator, Redefinition
from .marks import ReturnKind, SectionDuty
from .messages import Message
from .office import OfficeSettings
from .people import Delegation, User
from .quarters import Quarter
from .records import ForeignEvent, Patrol, PropagandaSession, SpecialProject
from .returns import UnitReturn
from .steps import ReturnStep
from .successions import Descent, Succession
from .units import Unit

__all__ = [
    "CriminalCase",
    "Delegation",
    "Descent",
    "Exhibit",
    "Extension",
    "Figure",
    "ForeignEvent",
    "History",
    "Indicator",
    "IndicatorAnswer",
    "Message",
    "OfficeSettings",
    "Patrol",
    "PropagandaSession",
    "Quarter",
    "Redefinition",
    "ReturnKind",
    "ReturnStep",
    "SectionDuty",
    "SpecialProject",
    "Succession",
    "Unit",
    "UnitReturn",
    "User",
]
