"""The server and what stands before every view: limits, headers, static files."""
