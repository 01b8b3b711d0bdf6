"""The application of charts, sentences and pages made from figures."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
