"""The server, and what runs before every view: limits, headers, static files; and the background worker."""
