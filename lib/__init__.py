"""What every app may use and no app is needed for: the database, files, limits."""
