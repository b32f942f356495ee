"""Shared by all operations of the REST API: problems, types of fields, cursors, bodies."""
