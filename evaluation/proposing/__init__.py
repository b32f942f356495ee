"""Proposes cases from knowledge; staff accept, change or drop each of them."""
