"""How an answer is put: a quote, a table, a comparison, a list, a way to reach people."""
