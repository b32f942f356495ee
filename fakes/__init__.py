"""Scripted providers, and sites to test: what all tests and measurements share."""
