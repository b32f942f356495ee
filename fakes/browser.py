"""Which browser the tests drive."""

import shutil

# The first is the same engine without the windows of a desktop, which cost each page three times the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
