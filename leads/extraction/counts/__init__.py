"""Counts of people and things: what is counted, in which words, and which question a number answers."""
