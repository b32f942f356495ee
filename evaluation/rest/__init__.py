"""The API of cases and evaluations."""
