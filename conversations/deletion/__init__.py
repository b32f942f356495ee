"""Sessions that go, and who is told."""
