"""The forms of an answer: a quote, a table, a comparison, a list, a way to reach people."""
