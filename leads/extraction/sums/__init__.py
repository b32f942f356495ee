"""Which sums in a message are what the visitor would spend, or what they pay today."""
