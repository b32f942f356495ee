"""What is known of text itself: words, measures, Markdown, embeddings. No models of the database."""
