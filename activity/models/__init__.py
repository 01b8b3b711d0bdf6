"""The tables, gathered for Django; code imports from the modules."""

from .cases import CriminalCase, Exhibit
from .figure import Figure
from .people import User
from .quarters import Quarter
from .records import ForeignEvent, Patrol, PropagandaSession, SpecialProject
from .returns import ReturnKind, StatusChange, UnitReturn
from .units import Unit

__all__ = [
    "CriminalCase",
    "Exhibit",
    "Figure",
    "ForeignEvent",
    "Patrol",
    "PropagandaSession",
    "Quarter",
    "ReturnKind",
    "SpecialProject",
    "StatusChange",
    "Unit",
    "UnitReturn",
    "User",
]
