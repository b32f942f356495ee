"""How the answer that is owed is made, and how who listens is told of it."""
