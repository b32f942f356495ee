"""What a visitor does to reach a person, from the pages."""
