"""Addresses of the start page, the dashboard and the quarter summary."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.start, name="start"),
    path("dashboard/", views.latest_dashboard, name="latest_dashboard"),
    path("dashboard/<quarter:quarter>/", views.dashboard, name="dashboard"),
    path("summary/", views.latest_summary, name="latest_summary"),
    path("summary/<quarter:quarter>/", views.summary, name="summary"),
]
