"""One file with everything a site has stored: made while it runs, put back into an empty one."""
