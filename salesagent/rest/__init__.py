"""Puts the apps' operations together to the REST API."""
