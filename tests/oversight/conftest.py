"""The auditor's journeys walk the served world too."""

from tests.journeys.conftest import town

__all__ = ["town"]
