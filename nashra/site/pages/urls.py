"""Addresses of the pages that combine apps."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
