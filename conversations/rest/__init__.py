"""Sessions and messages over HTTP, for programs."""
