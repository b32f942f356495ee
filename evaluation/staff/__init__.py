"""The admin's pages for cases, evaluations and gaps, and for trying prompts."""
