"""Sheets of paper as files: PDF; and workbooks."""
