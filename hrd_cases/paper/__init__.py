"""Sheets of paper as files: PDF."""
