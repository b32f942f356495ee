"""The API of hand-over, takeover and release."""
