"""Workbooks as tables: their sheets, and how the numbers in them are shown."""
