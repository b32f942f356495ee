"""Deletes sessions, and tells everybody who shows one."""
