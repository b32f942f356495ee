"""Reads workbooks as tables, with numbers as the sheets show them."""
