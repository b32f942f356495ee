"""The forms on a visitor's page that ask for a person, or stop waiting for one."""
