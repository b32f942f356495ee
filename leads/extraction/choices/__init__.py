"""Which of the choices of a question a visitor tells: by its name, its synonyms, and what speaks for and against it."""
