"""Figures in text (prices, shares, dates, times, amounts) in whatever spelling, as values that can be compared."""
