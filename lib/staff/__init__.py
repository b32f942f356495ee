"""Shared by the pages of the admin: cells and order of lists, deleting with files, the first page."""
